package dev.decant.engine;

import java.util.List;

/// A loaded model that scores batches of texts.
///
/// The engine owns its native memory and threads and gives them back in [#close()]. Many workers
/// share one engine.
public interface Engine extends AutoCloseable {
    /// What the engine runs.
    ModelInfo model();

    /// How many threads may be inside [#run] at once.
    int concurrency();

    /// Does for one text what can be done before its batch is known. Callable from any number of threads.
    ///
    /// @throws EngineException when this text cannot be scored; no other text is touched by it
    Prepared prepare(String text) throws EngineException;

    /// Scores a batch: as many predictions as it has rows, in its order.
    ///
    /// Callable from [#concurrency()] threads at once. When [Batch#cancellation()] is cancelled the
    /// call should end soon, with an exception; the calling thread is interrupted then, too.
    ///
    /// @throws EngineException when the batch as a whole could not be scored
    List<Prediction> run(Batch batch) throws EngineException;

    /// Frees the model. Called once, after the last [#run] has returned.
    @Override
    void close();
}
