package dev.decant.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessTreeTest {
    @Test
    void theTreesMemoryCountsAChildProcess() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/smaps_rollup")), "no /proc/self/smaps_rollup on this system");
        ProcessTree.Memory alone = ProcessTree.memory().orElseThrow();
        assertThat(alone.pss()).isBetween(10L << 20, 4L << 30);
        assertThat(alone.uss()).isLessThanOrEqualTo(alone.rss());
        Process child = new ProcessBuilder("cat").start(); // Waits for input that never comes.
        try {
            ProcessTree.Memory both = ProcessTree.memory().orElseThrow();
            assertThat(both.processes()).isEqualTo(alone.processes() + 1);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void cpuTimeGrowsWithWork() {
        Duration before = ProcessTree.cpu();
        long until = System.nanoTime() + 60_000_000_000L;
        long work = 0;
        while (ProcessTree.cpu().compareTo(before) <= 0 && System.nanoTime() < until) {
            work += Long.hashCode(work);
        }
        assertThat(ProcessTree.cpu()).isGreaterThan(before);
    }

    @Test
    void aLongRecordingKeepsABoundedEvenCurveAndThePeak() throws IOException {
        long[] now = {0};
        try (MemoryRecorder recorder = MemoryRecorder.start(Duration.ofDays(1), () -> now[0]++)) {
            MemoryRecorder.Curve curve = recorder.curve();
            for (int i = 0; i < 3 * MemoryRecorder.MAX_SAMPLES; i++) {
                curve = recorder.curve();
                assertThat(curve.samples()).hasSizeLessThan(MemoryRecorder.MAX_SAMPLES);
            }
            assertThat(curve.samples()).isSortedAccordingTo((a, b) -> Double.compare(a.seconds(), b.seconds()));
            assertThat(curve.peakHeap()).isPositive();
        }
    }
}
