package dev.decant.batch;

import dev.decant.data.Outcome;
import dev.decant.engine.Prepared;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One prepared text on its way through a batcher and an instance group to exactly one outcome.
///
/// Created by whoever wants the outcome, completed once by a worker. The callback runs on the
/// worker's thread, after the outcome is visible; it must be short.
public final class InferenceRequest {
    private final Prepared prepared;
    private final Consumer<InferenceRequest> whenDone;
    private final AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();

    public InferenceRequest(Prepared prepared, Consumer<InferenceRequest> whenDone) {
        this.prepared = prepared;
        this.whenDone = whenDone;
    }

    /// What the engine runs.
    public Prepared prepared() {
        return prepared;
    }

    /// The outcome, or null until there is one.
    public @Nullable Outcome outcome() {
        return outcome.get();
    }

    /// Gives the request its outcome. Only the first call counts; it returns true.
    public boolean complete(Outcome result) {
        if (!outcome.compareAndSet(null, result)) {
            return false;
        }
        whenDone.accept(this);
        return true;
    }
}
