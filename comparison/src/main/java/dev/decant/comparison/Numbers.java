package dev.decant.comparison;

import java.util.Locale;

/// Figures as people read them.
final class Numbers {
    private Numbers() {}

    /// Three digits or more, with separators: `0.28`, `4.13`, `18.2`, `463`, `1,100`.
    static String plain(double value) {
        double size = Math.abs(value);
        String form = size >= 100 || value == 0 ? "%,.0f" : size >= 10 ? "%,.1f" : "%,.2f";
        return String.format(Locale.ROOT, form, value);
    }

    static String seconds(double value) {
        return plain(value) + " s";
    }

    /// Megabytes of 10^6 bytes.
    static String megabytes(double bytes) {
        return bytes < 0 ? "not known" : String.format(Locale.ROOT, "%,.0f MB", bytes / 1e6);
    }

    static String percent(double part) {
        double percent = 100 * part;
        return String.format(Locale.ROOT, percent > 99.9 && percent < 100 ? "%.2f %%" : "%.1f %%", percent);
    }

    /// How many times: `8.2 times`, `1.04 times`.
    static String times(double ratio) {
        return String.format(Locale.ROOT, ratio >= 10 ? "%.0f times" : ratio >= 2 ? "%.1f times" : "%.2f times", ratio);
    }

    /// A count or a mean of counts: `8`, `7.4`.
    static String count(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%,.0f", value) : plain(value);
    }

    /// What each more of something costs.
    ///
    /// @param resolution below which it is not told from none
    static String memoryForEachMore(double bytes, double resolution) {
        return bytes < resolution ? "under " + whole(resolution) : memory(bytes);
    }

    private static String whole(double bytes) {
        return bytes < 1e6
                ? String.format(Locale.ROOT, "%.0f KB", Math.ceil(bytes / 1e3))
                : String.format(Locale.ROOT, "%.0f MB", Math.ceil(bytes / 1e6));
    }

    private static String memory(double bytes) {
        return bytes < 1e6 ? plain(bytes / 1e3) + " KB" : bytes < 10e6 ? plain(bytes / 1e6) + " MB" : megabytes(bytes);
    }
}
