package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.data.Source;
import dev.decant.metrics.RunMetrics;
import dev.decant.pipeline.ProgressListener;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private long now;

    private static ProgressListener.Progress progress(long rows, long failed, long read, long bytesRead, long total) {
        return new ProgressListener.Progress(
                new RunMetrics.Rows(rows, rows - failed, failed, 0, 0, 0, Map.of(), Map.of()),
                RunMetrics.Rows.NONE,
                read,
                new Source.Progress(bytesRead, total),
                Duration.ofSeconds(10));
    }

    private ProgressDisplay plain() {
        return new ProgressDisplay(err, false, () -> now);
    }

    private String shown() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void rowsRateTimeLeftAndFailuresAreShown() {
        // Half of the input is read, and half of what was read is written.
        assertThat(plain().text(progress(1_000, 3, 2_000, 50, 100)))
                .isEqualTo(" 25 %  1,000 rows, 100 rows/s, 30.0 s left, 3 failed");
    }

    @Test
    void ofAPipeThereIsNoShareAndNoTimeLeft() {
        assertThat(plain().text(progress(1_000, 0, 2_000, 50, -1))).isEqualTo("1,000 rows, 100 rows/s");
    }

    @Test
    void aTerminalHasABarThatIsDrawnOverAndTakenAway() {
        try (ProgressDisplay display = new ProgressDisplay(err, true, () -> now)) {
            now += Duration.ofSeconds(1).toNanos();
            display.progress(progress(500, 0, 500, 50, 100));
            display.progress(progress(501, 0, 501, 50, 100)); // Too soon to be drawn.
        }
        assertThat(shown()).startsWith("\r[############------------]").endsWith("\r\u001b[K");
        assertThat(shown()).doesNotContain("501");
    }

    @Test
    void aPipeHasALineEveryFewSeconds() {
        try (ProgressDisplay display = new ProgressDisplay(err, false, () -> now)) {
            for (int second = 1; second <= 11; second++) {
                now += Duration.ofSeconds(1).toNanos();
                display.progress(progress(second, 0, second, 1, 100));
            }
        }
        assertThat(shown().lines()).hasSize(2).allMatch(line -> line.startsWith("decant: "));
    }
}
