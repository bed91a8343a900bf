package dev.decant.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.decant.engine.Batch;
import dev.decant.engine.Engine;
import dev.decant.engine.EngineException;
import dev.decant.engine.EngineException.Fault;
import dev.decant.engine.IdlePages;
import dev.decant.engine.ModelInfo;
import dev.decant.engine.Prediction;
import dev.decant.engine.Prepared;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Runs a sequence classifier through ONNX Runtime on the CPU.
///
/// All callers share one session. Rows are filled up to the longest of their batch; for float32 models
/// that changes a score by less than 1e-5, for models quantised dynamically by more, which is what
/// [ModelInfo#batchInvariant] tells.
public final class OnnxEngine implements Engine {
    private static final int CONCURRENCY = 1024;
    private static final int KEPT_BUFFERS = 16;

    /// After so many runs the code of the start has been executed, and what is in use is compiled.
    private static final int RUNS_OF_START = 64;

    private final ModelFolder folder;
    private final ModelInfo model;
    private final LoadedModel loaded;
    private final ModelSignature signature;
    private final BufferPool pool;
    private final Scores scores;
    private final boolean trimming;
    private final AtomicInteger startedRuns = new AtomicInteger();
    private volatile boolean closed;

    private OnnxEngine(
            ModelFolder folder, LoadedModel loaded, ModelSignature signature, int maxInputTokens, boolean trimming) {
        this.folder = folder;
        this.trimming = trimming;
        this.loaded = loaded;
        this.signature = signature;
        this.pool = new BufferPool(signature, folder.labels().size(), KEPT_BUFFERS);
        this.scores = new Scores(folder.labels(), folder.problemType());
        this.model = new ModelInfo(
                folder.id(),
                folder.labels(),
                folder.problemType(),
                maxInputTokens,
                folder.graph().batchInvariant(),
                folder::fingerprint);
    }

    /// Loads a model. The caller closes the engine.
    ///
    /// @throws ModelException when ONNX Runtime cannot load the model, or it is not a classifier of texts
    public static OnnxEngine open(ModelFolder folder, OnnxOptions options) throws ModelException {
        LoadedModel loaded;
        try {
            loaded = new ModelLoader(folder, options).load();
        } catch (OrtException e) {
            throw new ModelException(unusable(folder, e), e);
        } catch (LinkageError e) {
            throw new ModelException(
                    "ONNX Runtime's native library does not load on this system: " + oneLine(e.getMessage()), e);
        }
        try {
            ModelSignature signature = ModelSignature.of(loaded.session(), folder);
            OnnxEngine engine = new OnnxEngine(
                    folder,
                    loaded,
                    signature,
                    maxInputTokens(folder, signature, options.maxLength()),
                    options.trimming());
            loaded = null;
            if (options.trimming()) {
                IdlePages.giveBack();
            }
            return engine;
        } catch (OrtException e) {
            throw new ModelException(unusable(folder, e), e);
        } finally {
            if (loaded != null) {
                loaded.close();
            }
        }
    }

    @Override
    public ModelInfo model() {
        return model;
    }

    @Override
    public int concurrency() {
        return CONCURRENCY;
    }

    @Override
    public Prepared prepare(String text) {
        return new TokenizedText(folder.tokenizer().encode(text, model.maxInputTokens()));
    }

    @Override
    public List<Prediction> run(Batch batch) throws EngineException {
        if (closed) {
            throw new EngineException(Fault.FATAL, "the model " + model.id() + " has been closed");
        }
        List<int[]> rows = new ArrayList<>(batch.size());
        for (Prepared row : batch.rows()) {
            if (!(row instanceof TokenizedText text)) {
                throw new EngineException(Fault.PERMANENT, "a row was not prepared by the model " + model.id());
            }
            rows.add(text.encoding().ids());
        }
        List<Prediction> predictions = new ArrayList<>(rows.size());
        int step = signature.rows() > 0 ? signature.rows() : rows.size();
        TensorBuffers buffers = pool.take();
        try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
            batch.cancellation().onCancel(() -> terminate(options));
            try {
                for (int from = 0; from < rows.size(); from += step) {
                    run(rows.subList(from, Math.min(from + step, rows.size())), from, buffers, options, predictions);
                }
            } finally {
                // Before the options are closed: a later cancellation would reach freed memory.
                batch.cancellation().clear();
            }
        } catch (OrtException e) {
            if (batch.cancellation().cancelled()) {
                // Not transient: the same batch would take as long again.
                throw new EngineException(Fault.PERMANENT, "the batch was cancelled while the model ran", e);
            }
            throw new EngineException(
                    Fault.PERMANENT, "the model " + model.id() + " failed: " + oneLine(e.getMessage()), e);
        } finally {
            pool.giveBack(buffers);
        }
        // Once more, since the first runs link classes and compile methods.
        if (trimming && startedRuns.get() < RUNS_OF_START && startedRuns.incrementAndGet() == RUNS_OF_START) {
            IdlePages.giveBack();
        }
        return predictions;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            pool.close();
            loaded.close();
        }
    }

    private void run(
            List<int[]> rows,
            int firstRow,
            TensorBuffers buffers,
            OrtSession.RunOptions options,
            List<Prediction> predictions)
            throws OrtException, EngineException {
        int columns = signature.columns();
        if (columns == 0) {
            columns = 1;
            for (int[] ids : rows) {
                columns = Math.max(columns, ids.length);
            }
        }
        int tensorRows = Math.max(rows.size(), signature.rows());
        buffers.shape(tensorRows, columns, folder.padTokenId());
        for (int row = 0; row < tensorRows; row++) {
            // Rows beyond the batch, where the model fixes their number, repeat the first.
            buffers.setRow(row, rows.get(row < rows.size() ? row : 0));
        }
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        try {
            for (int i = 0; i < signature.inputs().size(); i++) {
                inputs.put(signature.inputs().get(i).name(), buffers.input(loaded.environment(), i));
            }
            float[] logits = new float[scores.labels().size()];
            if (signature.pinned()) {
                try (OnnxTensor output = buffers.output(loaded.environment())) {
                    Map<String, OnnxTensor> outputs = Map.of(signature.output(), output);
                    loaded.session().run(inputs, Set.of(), outputs, options).close();
                    for (int row = 0; row < rows.size(); row++) {
                        buffers.readLogits(row, logits);
                        predictions.add(predict(logits, firstRow + row));
                    }
                }
            } else {
                try (OrtSession.Result result =
                        loaded.session().run(inputs, Set.of(signature.output()), Map.of(), options)) {
                    FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
                    for (int row = 0; row < rows.size(); row++) {
                        values.get(row * logits.length, logits);
                        predictions.add(predict(logits, firstRow + row));
                    }
                }
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
            loaded.ran();
        }
    }

    private Prediction predict(float[] logits, int row) throws EngineException {
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                throw new EngineException(
                        Fault.PERMANENT,
                        "the model " + model.id() + " answered " + logit + " for row " + row + " of its batch");
            }
        }
        return scores.of(logits);
    }

    private static void terminate(OrtSession.RunOptions options) {
        try {
            options.setTerminate(true);
        } catch (OrtException e) {
            // The run goes on to its end; its caller's deadline stands all the same.
            System.getLogger(OnnxEngine.class.getName())
                    .log(System.Logger.Level.WARNING, "a run could not be cancelled", e);
        }
    }

    private static int maxInputTokens(ModelFolder folder, ModelSignature signature, int asked) throws ModelException {
        int most = folder.maxInputTokens();
        if (signature.columns() > 0) {
            most = Math.min(most, signature.columns());
        }
        int least = folder.tokenizer().specialTokens() + 1;
        if (asked > most || (asked > 0 && asked < least)) {
            throw new ModelException("model folder " + folder.path() + ": a longest input of " + asked
                    + " tokens is not possible; choose one from " + least + " to " + most);
        }
        return asked > 0 ? asked : most;
    }

    private static String unusable(ModelFolder folder, OrtException e) {
        return "model folder " + folder.path() + ": ONNX Runtime cannot load " + folder.modelFileName() + ": "
                + oneLine(e.getMessage());
    }

    private static String oneLine(@Nullable String message) {
        String line = message == null ? "no reason given" : message.strip().replaceAll("\\s+", " ");
        return line.length() <= 300 ? line : line.substring(0, 300) + "…";
    }
}
