package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapTrimTest {
    private static final long MB = 1L << 20;

    @Test
    void aSmallHeapMayGrowBySixteenMegabytesAndALargeOneMayDouble() {
        HeapTrim small = new HeapTrim(6 * MB);
        assertThat(small.due(22 * MB)).isFalse();
        assertThat(small.due(22 * MB + 1)).isTrue();
        HeapTrim large = new HeapTrim(40 * MB);
        assertThat(large.due(80 * MB)).isFalse();
        assertThat(large.due(80 * MB + 1)).isTrue();
    }

    @Test
    void whatIsInUseForGoodIsNotCollectedAgainAndAgain() {
        HeapTrim heap = new HeapTrim(6 * MB);
        assertThat(heap.due(60 * MB)).isTrue();
        heap.collected(50 * MB); // Requests that wait.
        assertThat(heap.due(60 * MB)).isFalse();
        assertThat(heap.due(10 * MB)).isFalse(); // They are done.
        assertThat(heap.due(60 * MB)).isTrue();
    }
}
