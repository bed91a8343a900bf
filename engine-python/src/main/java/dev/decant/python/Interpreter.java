package dev.decant.python;

import dev.decant.script.SignalActions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The one interpreter of this process. It is started once and never finalized, since extension
/// modules survive neither that nor a second start.
final class Interpreter {
    private static final long START_SECONDS = 60;
    private static final long END_SECONDS = 3;

    private static @Nullable Interpreter started;
    private static @Nullable String failure;

    private final PythonInstallation installation;
    private final CallQueue queue = new CallQueue();
    private final SignalActions jvmActions;
    private @Nullable Canceller canceller;

    private Interpreter(PythonInstallation installation) {
        this.installation = installation;
        this.jvmActions = SignalActions.save();
    }

    /// Does on another thread what takes some 100 ms of a first start, while python is asked about itself.
    static void prepare() {
        if (running() == null) {
            Thread.ofPlatform().name("python-link").daemon().start(PythonLibrary::linkShapes);
        }
    }

    /// Starts Python, or gives the interpreter that runs already.
    ///
    /// @throws PythonStartException when another python runs already, or a start has failed before
    static synchronized Interpreter start(PythonInstallation installation, PythonOptions.Prints prints)
            throws PythonStartException {
        Interpreter running = started;
        if (running != null) {
            if (!running.installation.equals(installation)) {
                throw new PythonStartException(
                        "this process runs " + running.installation.executable() + " already and cannot run "
                                + installation.executable() + ", too: one Python for each process");
            }
            return running;
        }
        if (failure != null) {
            throw new PythonStartException(failure);
        }
        try {
            PythonLibrary.open(installation.library());
            Interpreter interpreter = new Interpreter(installation);
            interpreter.startMain(prints);
            Runtime.getRuntime().addShutdownHook(new Thread(interpreter::end, "python-end"));
            started = interpreter;
            return interpreter;
        } catch (PythonStartException e) {
            failure = e.getMessage();
            throw e;
        }
    }

    private void startMain(PythonOptions.Prints prints) throws PythonStartException {
        CompletableFuture<Boolean> ready = new CompletableFuture<>();
        PythonThread main = new PythonThread(
                () -> {
                    PythonThread self = PythonThread.holder();
                    try {
                        StartApi.start(List.of(installation.executable().toString(), "-u", "-X", "utf8"));
                        Bridge.load();
                        long descriptor =
                                Errors.check(NumberApi.fromLong(prints == PythonOptions.Prints.STDERR ? 2 : 1));
                        ObjectApi.decRef(Bridge.call(self, "set_up", descriptor));
                        ObjectApi.decRef(descriptor);
                        jvmActions.restore();
                        self.attachStarter();
                    } catch (Throwable t) {
                        ready.completeExceptionally(t);
                        return;
                    }
                    ready.complete(true);
                    queue.serveMain(self);
                },
                "python-main");
        main.start();
        try {
            boolean ignored = ready.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof PythonStartException start) {
                throw start;
            }
            throw new PythonStartException(
                    installation.executable() + " does not start: "
                            + (cause instanceof ExceptionInInitializerError && cause.getCause() != null
                                    ? cause.getCause()
                                    : cause),
                    cause);
        } catch (TimeoutException e) {
            throw new PythonStartException(
                    installation.executable() + " did not start within " + START_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PythonStartException("interrupted while Python was starting", e);
        }
    }

    /// The interpreter that runs, or null.
    static synchronized @Nullable Interpreter running() {
        return started;
    }

    /// Runs something on a Python thread when one is free; nobody waits for it.
    static void later(Consumer<PythonThread> body) {
        Interpreter interpreter = running();
        if (interpreter != null) {
            interpreter.queue.add(
                    new Call<>(thread -> {
                        body.accept(thread);
                        return true;
                    }),
                    false);
        }
    }

    PythonInstallation installation() {
        return installation;
    }

    CallQueue queue() {
        return queue;
    }

    /// Gives the JVM its signal handlers back; after user code has run.
    void restoreSignalActions() {
        jvmActions.restore();
    }

    /// What cancels calls; made when first asked for, on a thread without the GIL.
    synchronized Canceller canceller() {
        Canceller present = canceller;
        if (present == null) {
            present = new Canceller();
            canceller = present;
        }
        return present;
    }

    /// When the JVM ends: runs what Python code has registered with `atexit`, and flushes. A script that
    /// keeps the GIL or the thread is not waited for.
    private void end() {
        Call<Boolean> last = new Call<>(thread -> {
            thread.enter();
            try {
                ObjectApi.decRef(Bridge.call(thread, "at_exit"));
            } catch (PythonException ignored) {
                // It has been printed, and nobody is left to be told.
            } finally {
                thread.exit();
            }
            return true;
        });
        queue.add(last, true);
        try {
            boolean ignored = last.await(TimeUnit.SECONDS.toNanos(END_SECONDS));
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }
}
