package dev.decant.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import org.jspecify.annotations.Nullable;

/// A session with the memory that its weights lie in.
///
/// The mapped file has to outlive the session: were it left to the garbage collector, the session would
/// read unmapped memory.
///
/// @param weights the mapped file; null where the session has its own copy
record LoadedModel(
        OrtEnvironment environment,
        OrtSession session,
        @Nullable MappedWeights weights) implements AutoCloseable {
    /// Tells that a run is over. Any thread may.
    void ran() {
        if (weights != null) {
            weights.ran();
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            // Only the mapping is left to be freed, and it must not be while the session may be alive.
            throw new IllegalStateException("cannot close the session: " + e.getMessage(), e);
        }
        if (weights != null) {
            weights.close();
        }
    }
}
