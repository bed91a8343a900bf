package dev.decant.python;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// CPython in this process.
///
/// ```
/// try (PythonRuntime python = PythonRuntime.start()) {
///     PythonFunction hello = python.load(Path.of("hello.py")).function("hello");
///     Object answer = hello.call("world");
/// }
/// ```
///
/// Callable from any thread, virtual ones too: Python itself runs on threads of its own with large
/// stacks, to which a call from elsewhere is handed over (5 to 50 us); [#run] moves a whole task there,
/// whose calls then cost 0.1 us. At most [PythonOptions#parallelism] calls run at once, the others wait.
///
/// One Python for each process: starting the same one again gives another handle of it, another one is
/// refused. The interpreter stays when its handle is closed, since extension modules do not survive a
/// second start; what was registered with `atexit` runs when the JVM ends.
public final class PythonRuntime implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(5);
    /// No wait is longer than this without another look at the state.
    private static final Duration LOOK = Duration.ofMillis(100);

    private static final int ALL_PERMITS = 1 << 24;

    private final Interpreter interpreter;
    private final PythonOptions options;
    private final Semaphore permits;
    private final Set<Call<?>> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private PythonRuntime(Interpreter interpreter, PythonOptions options) {
        this.interpreter = interpreter;
        this.options = options;
        this.permits = new Semaphore(options.parallelism(), true);
    }

    /// Starts Python with [PythonOptions#DEFAULT].
    public static PythonRuntime start() throws PythonStartException {
        return start(PythonOptions.DEFAULT);
    }

    /// Starts Python.
    ///
    /// @throws PythonStartException when it is not found, is not supported, or does not start
    public static PythonRuntime start(PythonOptions options) throws PythonStartException {
        Interpreter.prepare();
        String python = options.python();
        PythonInstallation installation =
                PythonInstallation.of(python == null ? PythonInstallation.defaultPython() : python);
        Interpreter interpreter = Interpreter.start(installation, options.prints());
        interpreter.queue().ensureThreads(options.parallelism());
        return new PythonRuntime(interpreter, options);
    }

    /// Another handle of the same interpreter, with so many calls at once.
    PythonRuntime sharing(int parallelism) {
        checkOpen();
        interpreter.queue().ensureThreads(parallelism);
        return new PythonRuntime(interpreter, options.withParallelism(parallelism));
    }

    /// What runs.
    public PythonInstallation installation() {
        return interpreter.installation();
    }

    /// How this handle was opened.
    public PythonOptions options() {
        return options;
    }

    /// Runs a Python file as a module of the file's name, on Python's main thread; its folder becomes the
    /// first of `sys.path`. Each call runs the file again.
    ///
    /// @throws PythonStartException when there is no such file, or what it does raises an exception, which
    ///     is the cause then (a [PythonException])
    public PythonModule load(Path file) throws PythonStartException {
        Path absolute = file.toAbsolutePath().normalize();
        if (!Files.isRegularFile(absolute)) {
            throw new PythonStartException("there is no Python file " + file);
        }
        try {
            return onPythonThread(true, options.callTimeout(), thread -> load(thread, absolute));
        } catch (PythonException e) {
            throw new PythonStartException("cannot load " + file + ": " + e.getMessage(), e);
        }
    }

    private PythonModule load(PythonThread thread, Path file) {
        thread.enter();
        try {
            long path = thread.arguments().convert(file.toString());
            long environment = thread.arguments().convert(options.environment());
            try {
                thread.beginUserCode();
                long module;
                try {
                    module = Bridge.call(thread, "load", path, environment);
                } finally {
                    thread.endUserCode();
                }
                return new PythonModule(this, file, module);
            } finally {
                ObjectApi.decRef(path);
                ObjectApi.decRef(environment);
                interpreter.restoreSignalActions();
            }
        } finally {
            thread.exit();
        }
    }

    /// Runs a task on a Python thread: calls that it makes are not handed over one by one. The task must not
    /// wait for another thread that calls Python.
    ///
    /// @throws Exception what the task throws
    public <T extends @Nullable Object> T run(Callable<T> task) throws Exception {
        try {
            return onPythonThread(false, options.callTimeout(), thread -> {
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

    /// Runs a body on a Python thread: here, if this is one.
    <T extends @Nullable Object> T onPythonThread(boolean onMain, Duration timeout, Call.Body<T> body) {
        checkOpen();
        PythonThread present = PythonThread.current();
        if (present != null && (!onMain || present.isMain())) {
            return body.run(present);
        }
        Call<T> call = new Call<>(body);
        try {
            if (!hand(call, onMain, timeout.toNanos())) {
                cancelAndWait(call, GRACE);
                throw new PythonTimeoutException("Python did not answer within " + timeout.toMillis() + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            cancelAndWait(call, GRACE);
            if (!call.done()) {
                throw new CancellationException("interrupted while Python was running");
            }
        }
        return call.get();
    }

    /// Runs a call for an engine: this returns only when the call has ended, even when this thread is
    /// interrupted or the call cancelled, so that whoever counts the calls inside counts this one.
    <T extends @Nullable Object> T runToItsEnd(Call<T> call) {
        checkOpen();
        PythonThread present = PythonThread.current();
        if (present != null) {
            call.run(present);
            return call.get();
        }
        boolean interrupted = false;
        boolean handed = false;
        try {
            while (!call.done()) {
                try {
                    if (handed) {
                        boolean ignored = call.await(LOOK.toNanos());
                    } else {
                        handed = hand(call, false, LOOK.toNanos()) || running.contains(call);
                    }
                } catch (InterruptedException ignored) {
                    interrupted = true;
                    handed = running.contains(call);
                }
                if (call.cancelled() && (!handed || interpreter.queue().withdraw(call))) {
                    call.refuse(new CancellationException("cancelled before it began"));
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return call.get();
    }

    /// Hands a call over and waits for its end; false when it has not come in time. One that has not
    /// started is taken back then, and when this thread is interrupted.
    boolean hand(Call<?> call, boolean onMain, long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        // A task that loads a file from a further Python thread has a permit, and would wait for itself.
        boolean permitted = PythonThread.current() != null;
        if (!permitted && !permits.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        if (closed) {
            if (!permitted) {
                permits.release();
            }
            checkOpen();
        }
        running.add(call);
        try {
            interpreter.queue().add(call, onMain);
            return call.await(Math.max(0, deadline - System.nanoTime()));
        } finally {
            // A call that goes on keeps its permit until it ends.
            call.whenDone(() -> {
                running.remove(call);
                if (!permitted) {
                    permits.release();
                }
            });
        }
    }

    /// Cancels a call, and waits for its end so long.
    private void cancelAndWait(Call<?> call, Duration grace) {
        boolean neverHanded = !running.contains(call) && !call.done();
        if (neverHanded || interpreter.queue().withdraw(call)) {
            call.refuse(new CancellationException("cancelled before it began"));
            return;
        }
        call.cancel(interpreter.canceller());
        boolean interrupted = Thread.interrupted();
        try {
            boolean ignored = call.await(grace.toNanos());
        } catch (InterruptedException ignored) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    Interpreter interpreter() {
        return interpreter;
    }

    void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the Python runtime is closed");
        }
    }

    /// Refuses further calls, lets those that run end for five seconds, then cancels them. The interpreter
    /// itself stays. Further calls do nothing.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        permits.release(ALL_PERMITS); // Those who wait see that it is closed.
        long deadline = System.nanoTime() + GRACE.toNanos();
        boolean interrupted = false;
        for (Call<?> call : running) {
            try {
                if (!call.await(Math.max(0, deadline - System.nanoTime()))) {
                    call.cancel(interpreter.canceller());
                }
            } catch (InterruptedException ignored) {
                interrupted = true;
                call.cancel(interpreter.canceller());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
