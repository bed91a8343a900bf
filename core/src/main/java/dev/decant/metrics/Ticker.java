package dev.decant.metrics;

/// A clock that only goes forward: the one way in which Decant reads the time that it measures or waits by.
///
/// Callable from any thread. Tests give their own.
@FunctionalInterface
public interface Ticker {
    /// The machine's monotonic clock.
    Ticker SYSTEM = System::nanoTime;

    /// Nanoseconds since an arbitrary origin.
    long nanos();
}
