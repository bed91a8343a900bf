package dev.decant.pipeline;

import dev.decant.batch.InferenceRequest;
import dev.decant.data.LabelScore;
import dev.decant.data.Outcome;
import dev.decant.engine.EngineException;
import dev.decant.engine.Prediction;
import dev.decant.metrics.RunMetrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One batch with what is left of it to do: it ends when each of its requests has an outcome.
///
/// A fault that cannot be retried cuts the part that ran in two. One bad row among B thus costs at
/// most 2*ceil(log2 B) further calls, plus the retries, and fails alone. Belongs to one worker at a
/// time, which may change between two calls (see [InstanceGroup]).
final class BatchJob {
    final long submittedNanos;
    private final Deque<List<InferenceRequest>> parts = new ArrayDeque<>();
    private final FaultPolicy policy;
    private final RunMetrics metrics;
    private int retried;

    BatchJob(List<InferenceRequest> requests, FaultPolicy policy, RunMetrics metrics, long submittedNanos) {
        this.policy = policy;
        this.metrics = metrics;
        this.submittedNanos = submittedNanos;
        parts.push(requests);
        metrics.batch();
    }

    /// The part to run next, or null when all is done.
    @Nullable
    List<InferenceRequest> part() {
        return parts.peek();
    }

    /// Takes the engine's answer for the present part.
    void answered(List<Prediction> predictions) {
        List<InferenceRequest> part = parts.element();
        if (predictions.size() != part.size()) {
            failed(
                    Outcome.Kind.WRONG_RESULT,
                    "the engine gave " + predictions.size() + " results for " + part.size() + " texts");
            return;
        }
        parts.pop();
        for (int i = 0; i < part.size(); i++) {
            InferenceRequest request = part.get(i);
            List<LabelScore> scores = predictions.get(i).scores();
            request.complete(new Outcome.Scored(scores, request.prepared().truncated()));
        }
    }

    /// Takes a fault of the present part; says how long to wait before it is run again.
    Duration faulted(EngineException fault) {
        if (fault.fault() == EngineException.Fault.TRANSIENT && retried < policy.retries()) {
            metrics.retry();
            return policy.backoff(retried++);
        }
        failed(Outcome.Kind.ENGINE_FAULT, fault.getMessage());
        return Duration.ZERO;
    }

    /// Takes a fault of the present part that is not retried: bisects it, or fails its only row.
    void failed(Outcome.Kind kind, String message) {
        List<InferenceRequest> part = parts.pop();
        if (part.size() == 1) {
            part.getFirst().complete(new Outcome.Failed(kind, message));
            return;
        }
        metrics.bisection();
        int half = part.size() / 2;
        parts.push(part.subList(half, part.size()));
        parts.push(part.subList(0, half));
    }
}
