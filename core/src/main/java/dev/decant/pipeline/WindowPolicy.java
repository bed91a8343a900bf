package dev.decant.pipeline;

/// How much of the input is held at once.
///
/// A window is what is sorted, batched and committed together; up to [#IN_FLIGHT] of them exist at
/// a time. Windows start small, so that the first workers have work soon, and grow to `maxRows`.
/// Their bounds depend on the input alone, never on time: a run that is repeated, or resumed at a
/// window's start, cuts the same windows and so the same batches.
///
/// @param maxRows the most rows in a window, at least 1
/// @param maxChars the most UTF-16 units of text and fields in a window; a longer row has a window to itself
public record WindowPolicy(int maxRows, int maxChars) {
    /// 512 rows, a million characters.
    public static final WindowPolicy DEFAULT = new WindowPolicy(512, 1 << 20);

    /// Windows that exist at a time: one being prepared, one running, one being written.
    static final int IN_FLIGHT = 3;

    private static final int FIRST_ROWS = 64;

    public WindowPolicy {
        if (maxRows < 1 || maxChars < 1) {
            throw new IllegalArgumentException("a window has at least one row and one character");
        }
    }

    /// The most rows in the window that starts with row `start`.
    int rowsFrom(long start) {
        long grown = Math.max(FIRST_ROWS, Long.highestOneBit(start));
        return (int) Math.min(maxRows, grown);
    }
}
