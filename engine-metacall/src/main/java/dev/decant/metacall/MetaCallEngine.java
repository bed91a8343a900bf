package dev.decant.metacall;

import dev.decant.data.LabelScore;
import dev.decant.engine.Batch;
import dev.decant.engine.Engine;
import dev.decant.engine.EngineException;
import dev.decant.engine.EngineException.Fault;
import dev.decant.engine.IdlePages;
import dev.decant.engine.ModelInfo;
import dev.decant.engine.Prediction;
import dev.decant.engine.Prepared;
import dev.decant.engine.ProblemType;
import dev.decant.script.ScriptHost;
import dev.decant.script.ScriptText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/// Classifies with a function of the user's own Python file through MetaCall: `process_batch(texts: list[str]) ->
/// list[dict]`, as the embedded Python does.
///
/// The function is given a batch as a list and returns for each text, in order, a dict with `label` (str) and `score`
/// (any number), or a list of such dicts. Anything else is a fault of the batch that names the result; bisection then
/// leaves it with the row that causes it. `ConnectionError` and `TimeoutError` are transient.
///
/// One call at a time: MetaCall has one thread that may call without a new Python thread state for each call, and is
/// not made for calls at once. The engine says that it is batch invariant, since the function asks for lists.
///
/// When a batch is cancelled, an exception is raised in its call, which ends Python code at its next bytecode; native
/// code (`time.sleep`, a kernel) goes on, and so does the call then.
public final class MetaCallEngine implements Engine {
    private static final String WARM_UP = "a short text to warm up with";

    private final MetaCallRuntime runtime;
    private final String function;
    private final long target;
    private final ModelInfo model;

    private MetaCallEngine(MetaCallRuntime runtime, String function, long target, ModelInfo model) {
        this.runtime = runtime;
        this.function = function;
        this.target = target;
        this.model = model;
    }

    /// Starts MetaCall, loads the file, checks that the function can take a batch, and warms it up.
    ///
    /// @throws MetaCallStartException when one of these fails; the message says what to do
    public static MetaCallEngine open(MetaCallEngineOptions options) throws MetaCallStartException {
        MetaCallRuntime runtime = MetaCallRuntime.start(options.folder());
        MetaCallScript script =
                runtime.load(options.file(), ScriptHost.environment(options.device(), options.environment()));
        long target = script.target(options.function(), Objects.requireNonNullElse(options.device(), ""));
        MetaCallEngine engine = new MetaCallEngine(runtime, options.function(), target, model(options, runtime));
        engine.warmUp(options.warmUpCalls());
        if (options.trimming()) {
            IdlePages.giveBack();
        }
        return engine;
    }

    private static ModelInfo model(MetaCallEngineOptions options, MetaCallRuntime runtime) {
        Path name = options.file().getFileName();
        return new ModelInfo(
                (name == null ? options.file() : name) + ":" + options.function(),
                List.of(),
                ProblemType.SINGLE_LABEL_CLASSIFICATION,
                0,
                true,
                () -> fingerprint(options, runtime.pythonVersion()));
    }

    /// Of the file, not of what it imports or loads.
    private static String fingerprint(MetaCallEngineOptions options, String pythonVersion) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(Files.readAllBytes(options.file()));
            String rest = String.join("\0", options.function(), String.valueOf(options.device()), pythonVersion);
            return HexFormat.of().formatHex(digest.digest(rest.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("cannot read " + options.file() + " again: " + e.getMessage(), e);
        }
    }

    private void warmUp(int calls) throws MetaCallStartException {
        for (int i = 0; i < calls; i++) {
            try {
                List<Prediction> ignored = run(Batch.of(List.of(prepare(WARM_UP))));
            } catch (EngineException e) {
                throw new MetaCallStartException("the warm-up failed: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public ModelInfo model() {
        return model;
    }

    @Override
    public int concurrency() {
        return 1;
    }

    @Override
    public Prepared prepare(String text) {
        return ScriptText.of(text);
    }

    @Override
    public List<Prediction> run(Batch batch) throws EngineException {
        List<EncodedText> texts = new ArrayList<>(batch.size());
        for (Prepared row : batch.rows()) {
            texts.add(EncodedText.of(((ScriptText) row).text()));
        }
        CallToken token = new CallToken();
        batch.cancellation().onCancel(() -> runtime.cancel(token));
        try {
            return predictions(runtime.callToItsEnd(token, () -> {
                long number = token.begin();
                if (number == 0) {
                    throw new CancellationException("cancelled before it began");
                }
                return runtime.shim().classify(number, target, texts);
            }));
        } catch (MetaCallException e) {
            boolean raised = !e.traceback().isEmpty();
            throw new EngineException(
                    e.isTransient() ? Fault.TRANSIENT : Fault.PERMANENT,
                    raised ? function + " raised " + e.getMessage() : String.valueOf(e.getMessage()),
                    e);
        } catch (CancellationException e) {
            throw new EngineException(Fault.PERMANENT, String.valueOf(e.getMessage()), e);
        } finally {
            batch.cancellation().clear();
        }
    }

    /// Of sizes, labels and scores; no sizes are one label for each text.
    private List<Prediction> predictions(List<?> answer) throws EngineException {
        List<?> sizes = (List<?>) answer.get(0);
        List<?> labels = (List<?>) answer.get(1);
        List<?> scores = (List<?>) answer.get(2);
        int count = sizes.isEmpty() ? labels.size() : sizes.size();
        List<Prediction> predictions = new ArrayList<>(count);
        int next = 0;
        for (int i = 0; i < count; i++) {
            int size = sizes.isEmpty() ? 1 : ((Long) sizes.get(i)).intValue();
            List<LabelScore> all = new ArrayList<>(size);
            for (int end = next + size; next < end; next++) {
                all.add(new LabelScore((String) labels.get(next), score((Double) scores.get(next), i, count)));
            }
            all.sort(Comparator.comparingDouble(LabelScore::score).reversed());
            predictions.add(new Prediction(List.copyOf(all)));
        }
        return predictions;
    }

    private float score(double score, int index, int count) throws EngineException {
        float rounded = (float) score;
        if (!Float.isFinite(rounded)) {
            String which = count == 1 ? "the result of " + function : "result " + (index + 1) + " of " + function;
            throw new EngineException(Fault.PERMANENT, which + " has the score " + score + ": it must be finite");
        }
        return rounded;
    }

    /// Nothing to give back: MetaCall and its Python stay until the process ends.
    @Override
    public void close() {}
}
