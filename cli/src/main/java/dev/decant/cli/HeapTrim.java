package dev.decant.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Keeps the heap of a server near to what it needs.
///
/// The serial collector lets its old generation grow to the bound of the heap before it collects it once; with a
/// bound that has room for large requests, a server of 100 MB became one of 200 in a quarter of an hour. So a
/// collection is asked for once the used heap is twice what the last one left, and 16 MB more at least. One takes
/// some 20 ms. `-XX:+DisableExplicitGC` leaves the collector to itself.
final class HeapTrim {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int FACTOR = 2;
    private static final long SLACK = 16L << 20;

    /// The least that was seen in use since the last collection, which young collections come near to.
    private long least;

    HeapTrim(long used) {
        least = used;
    }

    /// Looks at the heap until `stop`, on a thread of its own.
    static void start(CountDownLatch stop) {
        Thread.ofPlatform().name("decant-heap").daemon().start(() -> watch(stop));
    }

    private static void watch(CountDownLatch stop) {
        HeapTrim heap = new HeapTrim(used());
        try {
            while (!stop.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                if (heap.due(used())) {
                    System.gc();
                    heap.collected(used());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether so much in use is worth a collection.
    boolean due(long used) {
        least = Math.min(least, used);
        return used > Math.max(FACTOR * least, least + SLACK);
    }

    void collected(long used) {
        least = used;
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
