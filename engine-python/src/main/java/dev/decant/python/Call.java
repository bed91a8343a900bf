package dev.decant.python;

import java.util.concurrent.CompletableFuture;
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

    private record End<T extends @Nullable Object>(
            @Nullable T value, @Nullable Throwable thrown) {}

    private final Body<T> body;
    /// Completed with how the body ended, never exceptionally.
    private final CompletableFuture<End<T>> end = new CompletableFuture<>();
    private volatile boolean cancelled;
    private volatile @Nullable PythonThread runner;

    Call(Body<T> body) {
        this.body = body;
    }

    /// Runs on the Python thread that took this call; throws nothing.
    void run(PythonThread thread) {
        execute(thread).run();
    }

    /// The same up to the telling, which is returned: until then nobody sees that the call has ended.
    Runnable execute(PythonThread thread) {
        runner = thread;
        Call<?> outer = thread.setCall(this);
        End<T> ended;
        try {
            ended = new End<>(body.run(thread), null);
        } catch (Throwable t) {
            ended = new End<>(null, t);
        } finally {
            Call<?> ignored = thread.setCall(outer);
            runner = null;
        }
        End<T> told = ended;
        return () -> end.complete(told);
    }

    /// Ends the call without running it.
    void refuse(RuntimeException reason) {
        end.complete(new End<>(null, reason));
    }

    boolean cancelled() {
        return cancelled;
    }

    /// Asks the call to end: it does not start any more, or has an exception sent by the
    /// [Canceller]. Does not block.
    void cancel(Canceller canceller) {
        cancelled = true;
        if (!end.isDone()) {
            canceller.send(this);
        }
    }

    @Nullable
    PythonThread runner() {
        return runner;
    }

    boolean done() {
        return end.isDone();
    }

    /// Runs an action when the call has ended: at once, if it has.
    void whenDone(Runnable action) {
        CompletableFuture<?> ignored = end.thenRun(action);
    }

    /// Waits for the end, so long at most; false when it has not come.
    boolean await(long nanos) throws InterruptedException {
        try {
            End<T> ignored = end.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException ignored) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What the call gave, once it has ended. An exception of Python's gets the stack of the asking thread.
    @SuppressWarnings("NullAway") // The value is null only where T may be.
    T get() {
        End<T> ended = end.getNow(null);
        if (ended == null) {
            throw new IllegalStateException("the call has not ended");
        }
        Throwable thrown = ended.thrown();
        if (thrown instanceof PythonException python) {
            throw python.here();
        } else if (thrown != null) {
            throw Native.unexpected(thrown);
        }
        return ended.value();
    }
}
