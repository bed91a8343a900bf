package dev.decant.comparison;

import java.util.List;

/// A figure that the public experiment published: another machine, its own way of measuring.
///
/// It labelled 1,000 wine reviews with distilbert-base-uncased-finetuned-sst-2-english. The memory of its Python
/// approaches is an estimate; that of Go and MetaCall is what Go says of its own heap (`runtime.MemStats.Alloc` in its
/// `main.go`), so that Python and the model, which live in the same process, are not in it.
///
/// @param name as it calls the approach
/// @param like the approach of ours that does the same; empty where there is none
/// @param seconds for the 1,000 reviews; of multiprocessing it says "220+"
/// @param bytes of memory
/// @param heapOnly whether that is Go's heap alone, where the work is done outside of it
public record Published(String name, String like, double seconds, long bytes, boolean heapOnly) {
    /// Where the figures stand.
    public static final String SOURCE = "https://github.com/fyzanshaik/MetaCall-ML-Go (README, February 2025)";

    /// The texts that the seconds are for.
    public static final int TEXTS = 1_000;

    /// What it says that each process more, and each goroutine more, costs.
    public static final long BYTES_A_PROCESS = 500_000_000L;

    public static final long BYTES_A_GOROUTINE = 2_000L;

    public static final List<Published> ALL = List.of(
            new Published("Python single", "python-single", 38, 500_000_000L, false),
            new Published("Python multiprocessing, 8 processes", "python-multiprocessing", 220, 4_000_000_000L, false),
            new Published("Go + MetaCall, 8 workers, batches of 32", "decant-metacall", 40, 94_000_000L, true));
}
