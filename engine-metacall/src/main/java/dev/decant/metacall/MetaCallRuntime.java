package dev.decant.metacall;

import dev.decant.script.SignalActions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// MetaCall in this process, with its Python.
///
/// One for each process, started once and never ended: `metacall_destroy` does not survive the threads and extension
/// modules of a script. Callable from any thread; each call is handed over to the one thread that MetaCall has been
/// started on, and waits for its turn there. What was registered with `atexit` runs when the JVM ends.
public final class MetaCallRuntime {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(3);
    /// The longest that a file may take to load, and a call outside of a batch.
    private static final Duration LONGEST = Duration.ofHours(1);

    private static @Nullable MetaCallRuntime started;
    private static @Nullable String failure;

    private final MetaCallInstallation installation;
    private final SignalActions jvmActions = SignalActions.save();
    private final CallThread owner = new CallThread("metacall");
    /// What cancels needs the GIL, for which it may wait as long as a script keeps it.
    private final CallThread canceller = new CallThread("metacall-cancel");

    private final Shim shim;

    private MetaCallRuntime(MetaCallInstallation installation) throws MetaCallStartException {
        this.installation = installation;
        this.shim = startShim();
    }

    /// Starts the MetaCall of a folder, or the one that [MetaCallInstallation#find] finds without; gives the one that
    /// runs where it is the same.
    ///
    /// @throws MetaCallStartException when it is not found or does not start, or this process runs another one or a
    ///     Python of its own
    public static MetaCallRuntime start(@Nullable Path folder) throws MetaCallStartException {
        MetaCallInstallation installation = MetaCallInstallation.find(folder);
        synchronized (MetaCallRuntime.class) {
            MetaCallRuntime running = started;
            if (running != null) {
                if (!running.installation.equals(installation)) {
                    throw new MetaCallStartException("this process runs " + running.installation.library()
                            + " already and cannot run " + installation.library() + ", too: one MetaCall for each"
                            + " process");
                }
                return running;
            }
            if (failure != null) {
                throw new MetaCallStartException(failure);
            }
            try {
                MetaCallRuntime runtime = new MetaCallRuntime(installation);
                Runtime.getRuntime().addShutdownHook(new Thread(runtime::end, "metacall-end"));
                started = runtime;
                return runtime;
            } catch (MetaCallStartException e) {
                failure = e.getMessage();
                throw e;
            }
        }
    }

    private Shim startShim() throws MetaCallStartException {
        if (MetaCallLibrary.pythonRuns()) {
            throw new MetaCallStartException(
                    "this process runs Python already, which MetaCall would start a second time:"
                            + " one of the two for each process");
        }
        MetaCallLibrary.open(installation);
        try {
            return owner.call(START, () -> {
                if (!MetaCallApi.initialize()) {
                    throw new CompletionException(
                            new MetaCallStartException(installation.library() + " does not start"));
                }
                try {
                    return Shim.load(installation);
                } catch (MetaCallStartException e) {
                    throw new CompletionException(e);
                } finally {
                    jvmActions.restore();
                }
            });
        } catch (CompletionException e) {
            if (e.getCause() instanceof MetaCallStartException told) {
                throw told;
            }
            throw e;
        } catch (ExceptionInInitializerError e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new MetaCallStartException(installation.library() + " cannot be used: " + cause.getMessage(), e);
        } catch (MetaCallException | IllegalStateException e) {
            throw new MetaCallStartException(installation.library() + " does not start: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new MetaCallStartException(
                    installation.library() + " did not start within " + START.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MetaCallStartException("interrupted while MetaCall was starting", e);
        }
    }

    /// What runs.
    public MetaCallInstallation installation() {
        return installation;
    }

    /// The version of MetaCall's Python, such as `3.11.2`.
    public String pythonVersion() {
        return shim.version();
    }

    /// Loads a Python file as a module of the file's name; its folder becomes the first of `sys.path`.
    ///
    /// @throws MetaCallStartException when there is no such file, or what it does raises an exception
    public MetaCallScript load(Path file) throws MetaCallStartException {
        return load(file, Map.of());
    }

    /// As [#load(Path)], with variables that `os.environ` then has in Python.
    public MetaCallScript load(Path file, Map<String, String> environment) throws MetaCallStartException {
        Path absolute = file.toAbsolutePath().normalize();
        if (!Files.isRegularFile(absolute)) {
            throw new MetaCallStartException("there is no Python file " + file);
        }
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        environment.forEach((name, value) -> {
            names.add(name);
            values.add(value);
        });
        try {
            long number = call(() -> shim.load(absolute.toString(), file.toString(), names, values));
            return new MetaCallScript(this, file, number);
        } catch (MetaCallException e) {
            throw new MetaCallStartException("cannot load " + file + ": " + e.getMessage(), e);
        }
    }

    /// Runs a task on MetaCall's thread: calls that it makes are not handed over one by one. The task must not wait for
    /// another thread that calls MetaCall.
    ///
    /// @throws Exception what the task throws
    public <T> T run(Callable<T> task) throws Exception {
        try {
            return call(() -> {
                try {
                    return task.call();
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            });
        } catch (CompletionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    Shim shim() {
        return shim;
    }

    /// Does something on the owner thread.
    <T> T call(Supplier<T> body) {
        try {
            return owner.call(LONGEST, () -> keepingSignals(body));
        } catch (TimeoutException e) {
            throw new MetaCallException("MetaCall did not answer within " + LONGEST.toMinutes() + " minutes");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MetaCallException("interrupted while MetaCall was running");
        }
    }

    /// Does on the owner thread what can be cancelled; returns only when it has ended.
    <T> T callToItsEnd(CallToken token, Supplier<T> body) {
        return owner.callToItsEnd(token, () -> keepingSignals(body));
    }

    /// A library that user code imports or calls may take the JVM's signals.
    private <T> T keepingSignals(Supplier<T> body) {
        try {
            return body.get();
        } finally {
            jvmActions.restore();
        }
    }

    /// Cancels a call, without a wait.
    void cancel(CallToken token) {
        long number = token.cancel();
        if (number != 0) {
            canceller.later(() -> shim.cancel(number));
        }
    }

    /// When the JVM ends: runs what the script has registered with `atexit`. One that keeps the GIL or the thread is
    /// not waited for.
    private void end() {
        try {
            boolean ignored = owner.call(END, () -> {
                shim.finish();
                return true;
            });
        } catch (TimeoutException | MetaCallException ignored) {
            // Nobody is left to be told.
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }
}
