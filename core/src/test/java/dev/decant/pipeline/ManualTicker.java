package dev.decant.pipeline;

import dev.decant.metrics.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that stands still until a test moves it.
final class ManualTicker implements Ticker {
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public long nanos() {
        return nanos.get();
    }

    void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }
}
