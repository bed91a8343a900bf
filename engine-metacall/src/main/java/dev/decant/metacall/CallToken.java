package dev.decant.metacall;

import java.util.concurrent.atomic.AtomicLong;

/// A call that can be cancelled; the shim knows it by its number, which it gets when it begins.
final class CallToken {
    private static final AtomicLong NEXT = new AtomicLong(1);

    private volatile boolean cancelled;
    private volatile long number;

    /// On the owner thread: the number of the call, which begins now; 0 when it must not.
    long begin() {
        number = NEXT.getAndIncrement();
        // Whoever cancels from here on finds the number.
        return cancelled ? 0 : number;
    }

    /// Marks the call as cancelled; gives its number, 0 when it has not begun.
    long cancel() {
        cancelled = true;
        return number;
    }

    boolean cancelled() {
        return cancelled;
    }
}
