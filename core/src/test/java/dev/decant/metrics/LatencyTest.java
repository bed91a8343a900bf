package dev.decant.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LatencyTest {
    @Test
    void percentilesAreWithinOnePercent() {
        Latency latency = new Latency();
        for (int i = 1; i <= 1_000; i++) {
            latency.record(i * 1_000_000L);
        }
        Latency.Summary summary = latency.summary();
        assertThat(summary.count()).isEqualTo(1_000);
        assertThat(summary.p50Ms()).isCloseTo(500, Percentage.withPercentage(1));
        assertThat(summary.p95Ms()).isCloseTo(950, Percentage.withPercentage(1));
        assertThat(summary.p99Ms()).isCloseTo(990, Percentage.withPercentage(1));
        assertThat(summary.maxMs()).isCloseTo(1_000, Percentage.withPercentage(1));
    }

    @Test
    void whatIsOutOfRangeIsKeptAtItsEnds() {
        Latency latency = new Latency();
        latency.record(-5);
        latency.record(Long.MAX_VALUE);
        assertThat(latency.summary().count()).isEqualTo(2);
        assertThat(latency.summary().maxMs()).isCloseTo(3_600_000, Percentage.withPercentage(1));
    }

    @Test
    void nothingRecordedIsZeroNotNaN() {
        assertThat(new Latency().summary()).isEqualTo(new Latency.Summary(0, 0, 0, 0, 0, 0));
    }

    @Test
    void aSummaryCanBeTakenWhileOthersRecord() throws Exception {
        Latency latency = new Latency();
        AtomicBoolean stop = new AtomicBoolean();
        Thread recorder = Thread.ofPlatform().start(() -> {
            for (long i = 1; !stop.get(); i++) {
                latency.record(i * 1_000 % 1_000_000_000);
            }
        });
        for (int i = 0; i < 5_000; i++) {
            Latency.Summary summary = latency.summary();
            assertThat(summary.p50Ms()).isLessThanOrEqualTo(summary.maxMs());
        }
        stop.set(true);
        recorder.join();
    }
}
