package dev.decant.comparison;

/// What a million texts take, carried forward from a run: its start is in it, so that few rows overstate.
///
/// @param cpuHours processor time
/// @param gigabyteHours peak memory (PSS, 10^9 bytes) for as long as the million takes by the clock
/// @param price at the prices given, in their currency; 0 where none are
public record Cost(double cpuHours, double gigabyteHours, double price) {
    private static final double TEXTS = 1e6;
    private static final double SECONDS = 3600;

    /// Prices in any one currency.
    ///
    /// @param cpuHour of one processor for an hour
    /// @param gigabyteHour of 10^9 bytes of memory for an hour
    public record Prices(double cpuHour, double gigabyteHour) {
        public Prices {
            if (!(cpuHour >= 0) || !(gigabyteHour >= 0)) {
                throw new IllegalArgumentException("--price-cpu-hour and --price-gb-hour: 0 or more");
            }
        }

        /// Whether any is given.
        boolean given() {
            return cpuHour > 0 || gigabyteHour > 0;
        }
    }

    static Cost of(ApproachResult.Measured measured, int rows, Prices prices) {
        double scale = TEXTS / Math.max(1, rows) / SECONDS;
        double cpu = measured.spread(Metric.CPU_SECONDS).median() * scale;
        double memory = measured.spread(Metric.PEAK_PSS_BYTES).median()
                / 1e9
                * measured.spread(Metric.WALL_SECONDS).median()
                * scale;
        return new Cost(cpu, memory, cpu * prices.cpuHour() + memory * prices.gigabyteHour());
    }
}
