package dev.decant.benchmarks.load;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/// What became of requests: latencies by kind and outcome, in microseconds.
///
/// Callable from any thread.
final class Tally {
    private static final long MOST_MICROS = 600_000_000;
    private static final int DIGITS = 3;

    private final Map<String, Histogram> outcomes = new TreeMap<>();
    private final Histogram lateness = new Histogram(MOST_MICROS, DIGITS);
    private long without;

    /// @param outcome a kind and a status, or what went wrong
    synchronized void add(String outcome, long nanos) {
        outcomes.computeIfAbsent(outcome, key -> new Histogram(MOST_MICROS, DIGITS))
                .recordValue(micros(nanos));
    }

    /// How long after its moment a request was sent.
    synchronized void late(long nanos) {
        lateness.recordValue(micros(nanos));
    }

    /// Counts a refusal that does not say when to come again.
    synchronized void withoutRetryAfter() {
        without++;
    }

    private static long micros(long nanos) {
        return Math.clamp(nanos / 1_000, 0, MOST_MICROS);
    }

    synchronized String json(double rate, double seconds) {
        StringBuilder json = new StringBuilder();
        json.append("{\"rate\":").append(rate).append(",\"seconds\":").append(seconds);
        json.append(",\"refused_without_retry_after\":").append(without);
        json.append(",\"sent_late_ms\":");
        append(json, lateness);
        json.append(",\"outcomes\":{");
        String separator = "";
        for (Map.Entry<String, Histogram> entry : outcomes.entrySet()) {
            json.append(separator).append('"').append(entry.getKey()).append("\":");
            append(json, entry.getValue());
            separator = ",";
        }
        return json.append("}}").toString();
    }

    private static void append(StringBuilder json, Histogram histogram) {
        json.append("{\"count\":").append(histogram.getTotalCount());
        if (histogram.getTotalCount() > 0) {
            json.append(",\"p50\":").append(histogram.getValueAtPercentile(50) / 1e3);
            json.append(",\"p90\":").append(histogram.getValueAtPercentile(90) / 1e3);
            json.append(",\"p99\":").append(histogram.getValueAtPercentile(99) / 1e3);
            json.append(",\"p999\":").append(histogram.getValueAtPercentile(99.9) / 1e3);
            json.append(",\"max\":").append(histogram.getMaxValue() / 1e3);
        }
        json.append('}');
    }
}
