package dev.decant.cli;

import dev.decant.metrics.Ticker;
import dev.decant.pipeline.ProgressListener;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/// Shows how far a run is: a bar that is drawn over on a terminal, else a line every five seconds.
final class ProgressDisplay implements ProgressListener, AutoCloseable {
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(5);
    private static final Duration BAR_INTERVAL = Duration.ofMillis(100);
    private static final int BAR_WIDTH = 24;

    private final PrintStream err;
    private final boolean terminal;
    private final Ticker ticker;
    private long lastNanos;
    private boolean drawn;
    private long lastRows;
    private double lastRowsSeconds;

    ProgressDisplay(PrintStream err, boolean terminal, Ticker ticker) {
        this.err = err;
        this.terminal = terminal;
        this.ticker = ticker;
        this.lastNanos = ticker.nanos();
    }

    @Override
    public void progress(Progress progress) {
        Duration interval = terminal ? BAR_INTERVAL : LINE_INTERVAL;
        long now = ticker.nanos();
        if (now - lastNanos < interval.toNanos()) {
            return;
        }
        lastNanos = now;
        if (terminal) {
            // Erase to the end of the line: the next text may be shorter.
            err.print("\r" + bar(progress.fraction()) + " " + text(progress) + "\u001b[K");
            err.flush();
            drawn = true;
        } else {
            err.println("decant: " + text(progress));
        }
    }

    String text(Progress progress) {
        long rows = progress.rows().in();
        if (rows != lastRows) {
            // Rows come a window at a time: between two of them the rate stays as it was.
            lastRows = rows;
            lastRowsSeconds = progress.elapsed().toNanos() / 1e9;
        }
        double seconds = lastRowsSeconds;
        double rate = seconds <= 0 ? 0 : (rows - progress.before().in()) / seconds;
        StringBuilder text = new StringBuilder();
        double fraction = progress.fraction();
        if (fraction >= 0) {
            text.append(String.format(Locale.ROOT, "%3.0f %%  ", Math.floor(fraction * 100)));
        }
        text.append(String.format(Locale.ROOT, "%,d rows, %,.0f rows/s", rows, rate));
        if (fraction > 0 && fraction < 1 && rate > 0) {
            long left = (long) (rows * (1 / fraction - 1) / rate * 1e3);
            text.append(", ").append(Durations.text(Duration.ofMillis(left))).append(" left");
        }
        if (progress.rows().failed() > 0) {
            text.append(
                    String.format(Locale.ROOT, ", %,d failed", progress.rows().failed()));
        }
        return text.toString();
    }

    private static String bar(double fraction) {
        if (fraction < 0) {
            return "decant:";
        }
        int full = (int) (fraction * BAR_WIDTH);
        return "[" + "#".repeat(full) + "-".repeat(BAR_WIDTH - full) + "]";
    }

    /// Takes the bar off the terminal.
    @Override
    public void close() {
        if (drawn) {
            err.print("\r\u001b[K");
            err.flush();
            drawn = false;
        }
    }
}
