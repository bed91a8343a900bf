package dev.decant.python;

import dev.decant.engine.Batch;
import dev.decant.engine.Engine;
import dev.decant.engine.EngineException;
import dev.decant.engine.EngineException.Fault;
import dev.decant.engine.IdlePages;
import dev.decant.engine.ModelInfo;
import dev.decant.engine.Prediction;
import dev.decant.engine.Prepared;
import dev.decant.engine.ProblemType;
import dev.decant.script.ScriptText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// Classifies with a function of the user's own Python file: `process_batch(texts: list[str]) -> list[dict]`.
///
/// The function is given a batch as a list and returns for each text, in order, a dict with `label` (str) and `score`
/// (any number, numpy's and torch's too), or a list of such dicts. Anything else is a fault of the
/// batch that names the result; bisection then leaves it with the row that causes it. `ConnectionError` and
/// `TimeoutError` are transient, and so is the `Already borrowed` of a tokenizer that two calls use at once.
///
/// The engine says that it is batch invariant, since the function asks for lists: whether a score depends
/// on what else is in the list is for the script to see to (`--max-batch-rows 1` gives it texts one by one).
///
/// When a batch is cancelled, an exception is raised in the Python thread that runs it, which ends Python code at its
/// next bytecode; native code (`time.sleep`, a kernel) goes on, and so does the call then.
public final class PythonEngine implements Engine {
    private static final String WARM_UP = "a short text to warm up with";

    private final PythonRuntime runtime;
    private final PythonFunction function;
    private final Map<String, String> keywords;
    private final ModelInfo model;
    private final int threads;

    private PythonEngine(
            PythonRuntime runtime,
            PythonFunction function,
            Map<String, String> keywords,
            ModelInfo model,
            int threads) {
        this.runtime = runtime;
        this.function = function;
        this.keywords = keywords;
        this.model = model;
        this.threads = threads;
    }

    /// Starts Python, loads the file, checks that the function can take a batch, and warms it up.
    ///
    /// @throws PythonStartException when one of these fails; the message says what to do
    public static PythonEngine open(PythonEngineOptions options) throws PythonStartException {
        PythonRuntime runtime = PythonRuntime.start(options.pythonForDevice());
        try {
            PythonModule module = runtime.load(options.file());
            PythonFunction function = module.function(options.function());
            String device = options.device();
            Map<String, String> keywords =
                    device != null && function.takes("device") ? Map.of("device", device) : Map.of();
            String unfit = function.unfit(1, keywords.keySet());
            if (!unfit.isEmpty()) {
                throw new PythonStartException(options.file() + ": " + options.function()
                        + " cannot be called with a list of texts: " + unfit);
            }
            PythonEngine engine =
                    new PythonEngine(runtime, function, keywords, model(options, runtime), options.threads());
            engine.warmUp(options.warmUpCalls());
            if (options.trimming()) {
                IdlePages.giveBack();
            }
            return engine;
        } catch (PythonStartException | RuntimeException e) {
            runtime.close();
            throw e;
        }
    }

    /// Another engine over the file that is loaded already, with so many calls at once and so many threads inside each
    /// ([PythonEngineOptions#threads]). Each of the two is closed by itself.
    public PythonEngine sharing(int parallelism, int threads) {
        return new PythonEngine(runtime.sharing(parallelism), function, keywords, model, threads);
    }

    private static ModelInfo model(PythonEngineOptions options, PythonRuntime runtime) {
        Path name = options.file().getFileName();
        return new ModelInfo(
                (name == null ? options.file() : name) + ":" + options.function(),
                List.of(),
                ProblemType.SINGLE_LABEL_CLASSIFICATION,
                0,
                true,
                () -> fingerprint(options, runtime.installation()));
    }

    /// Of the file, not of what it imports or loads.
    private static String fingerprint(PythonEngineOptions options, PythonInstallation installation) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(Files.readAllBytes(options.file()));
            digest.update((options.function() + "\0" + options.device() + "\0" + installation.version())
                    .getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("cannot read " + options.file() + " again: " + e.getMessage(), e);
        }
    }

    private void warmUp(int calls) throws PythonStartException {
        for (int i = 0; i < calls; i++) {
            try {
                List<Prediction> ignored = run(Batch.of(List.of(prepare(WARM_UP))));
            } catch (EngineException e) {
                throw new PythonStartException("the warm-up failed: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public ModelInfo model() {
        return model;
    }

    @Override
    public int concurrency() {
        return runtime.options().parallelism();
    }

    @Override
    public Prepared prepare(String text) {
        return ScriptText.of(text);
    }

    @Override
    public List<Prediction> run(Batch batch) throws EngineException {
        List<String> texts = new ArrayList<>(batch.size());
        for (Prepared row : batch.rows()) {
            texts.add(((ScriptText) row).text());
        }
        @Nullable Object[] arguments = {ToPython.encode(texts)};
        Call<List<Prediction>> call = new Call<>(thread -> {
            try {
                setThreads(thread);
                BatchResult reader = new BatchResult(thread, function.name(), texts.size());
                return function.invoke(thread, arguments, keywords, reader::read);
            } finally {
                // A library that was imported by this call may have taken the JVM's signals.
                runtime.interpreter().restoreSignalActions();
            }
        });
        Canceller canceller = runtime.interpreter().canceller();
        batch.cancellation().onCancel(() -> call.cancel(canceller));
        try {
            return runtime.runToItsEnd(call);
        } catch (PythonException e) {
            throw new EngineException(
                    e.isTransient() ? Fault.TRANSIENT : Fault.PERMANENT,
                    function.name() + " raised " + e.getMessage(),
                    e);
        } catch (PythonConversionException | CancellationException e) {
            throw new EngineException(Fault.PERMANENT, String.valueOf(e.getMessage()), e);
        } catch (PythonTimeoutException | IllegalStateException e) {
            throw new EngineException(Fault.FATAL, String.valueOf(e.getMessage()), e);
        } finally {
            batch.cancellation().clear();
        }
    }

    private void setThreads(PythonThread thread) {
        if (threads == 0) {
            return;
        }
        thread.enter();
        try {
            long count = Errors.check(NumberApi.fromLong(threads));
            try {
                ObjectApi.decRef(Bridge.call(thread, "use_threads", count));
            } finally {
                ObjectApi.decRef(count);
            }
        } finally {
            thread.exit();
        }
    }

    /// Lets calls that run end, five seconds at most. The interpreter itself stays until the process ends.
    @Override
    public void close() {
        runtime.close();
    }
}
