package dev.decant.python;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Work that was handed over to a Python thread, and its result.
final class Call<T extends @Nullable Object> {
    /// The work itself; the thread is attached and does not hold the GIL.
    interface Body<T extends @Nullable Object> {
        T run(PythonThread thread);
    }

    private final Body<T> body;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private volatile boolean cancelled;
    private volatile @Nullable PythonThread runner;

    Call(Body<T> body) {
        this.body = body;
    }

    /// Runs on the Python thread that took this call; throws nothing.
    void run(PythonThread thread) {
        runner = thread;
        Call<?> outer = thread.setCall(this);
        try {
            result.complete(body.run(thread));
        } catch (Throwable t) {
            result.completeExceptionally(t);
        } finally {
            Call<?> ignored = thread.setCall(outer);
            runner = null;
        }
    }

    /// Ends the call without running it.
    void refuse(RuntimeException reason) {
        result.completeExceptionally(reason);
    }

    boolean cancelled() {
        return cancelled;
    }

    /// Asks the call to end: it does not start any more, or has an exception sent by the
    /// [Canceller]. Does not block.
    void cancel(Canceller canceller) {
        cancelled = true;
        if (!result.isDone()) {
            canceller.send(this);
        }
    }

    @Nullable
    PythonThread runner() {
        return runner;
    }

    boolean done() {
        return result.isDone();
    }

    /// Runs an action when the call has ended: at once, if it has.
    void whenDone(Runnable action) {
        CompletableFuture<?> ignored = result.whenComplete((value, thrown) -> action.run());
    }

    /// Waits for the end, so long at most; false when it has not come.
    boolean await(long nanos) throws InterruptedException {
        try {
            result.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException ignored) {
            return true;
        } catch (TimeoutException ignored) {
            return false;
        }
    }

    /// What the call gave, once it has ended. An exception gets the stack of the asking thread.
    T get() {
        try {
            return result.getNow(null);
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof PythonException python) {
                throw python.here();
            }
            throw Native.unexpected(cause == null ? e : cause);
        }
    }
}
