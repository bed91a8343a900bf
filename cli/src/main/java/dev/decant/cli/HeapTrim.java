package dev.decant.cli;

import java.time.Duration;

/// Keeps the heap of a server near to what it needs.
///
/// The serial collector lets its old generation grow to the bound of the heap before it collects it once; with a bound
/// that has room for large requests, a server of 100 MB became one of 200 in a quarter of an hour. So a collection is
/// asked for once the used heap has passed [#FACTOR] times what the last one left, and [#SLACK] bytes at least: some 20
/// ms,
/// every few minutes under full load, and never where nothing is done.
final class HeapTrim {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int FACTOR = 2;
    private static final long SLACK = 16L << 20;

    private HeapTrim() {}

    static void start() {
        Thread.ofPlatform().name("decant-heap").daemon().start(HeapTrim::watch);
    }

    private static void watch() {
        long left = used();
        try {
            while (true) {
                Thread.sleep(LOOK);
                if (used() > Math.max(FACTOR * left, left + SLACK)) {
                    System.gc();
                    left = used();
                } else {
                    left = Math.min(left, used());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
