package dev.decant.metacall;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// A thread that calls MetaCall, and the calls that wait for it.
///
/// The first starts MetaCall, loads and calls: MetaCall keeps the Python thread state of the thread that loaded, so a
/// call from it costs no new one, and what MetaCall shares between calls it guards against no second thread. The other
/// one only cancels. They are no virtual threads, which could park under the GIL, and have stacks that deep recursion
/// does not overrun.
final class CallThread {
    private static final long STACK = 16L << 20;
    private static final int MOST_WAITING = 1024;
    /// No wait is longer than this without another look at the state.
    private static final Duration LOOK = Duration.ofMillis(100);

    private final ThreadPoolExecutor executor;

    CallThread(String name) {
        executor = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
            Thread thread = new Member(this, task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    private static final class Member extends Thread {
        private final CallThread of;

        Member(CallThread of, Runnable task, String name) {
            super(null, task, name, STACK, false);
            this.of = of;
        }
    }

    private boolean isCurrent() {
        return Thread.currentThread() instanceof Member member && member.of == this;
    }

    /// Has something done, without a wait for it.
    void later(Runnable body) {
        executor.execute(body);
    }

    /// Has something done, and waits for it so long at most.
    ///
    /// @throws TimeoutException when it has not ended by then; it goes on
    /// @throws InterruptedException when this thread is interrupted meanwhile; it goes on
    <T> T call(Duration timeout, Supplier<T> body) throws TimeoutException, InterruptedException {
        if (isCurrent()) {
            return body.get();
        }
        FutureTask<T> task = submit(body);
        try {
            return task.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw thrown(e);
        } catch (TimeoutException | InterruptedException e) {
            boolean ignored = executor.remove(task);
            throw e;
        }
    }

    /// Has a cancellable call done, and waits for its end, even when this thread is interrupted, so that whoever counts
    /// the calls inside counts this one.
    <T> T callToItsEnd(CallToken token, Supplier<T> body) {
        if (isCurrent()) {
            return body.get();
        }
        FutureTask<T> task = submit(body);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get(LOOK.toNanos(), TimeUnit.NANOSECONDS);
                } catch (ExecutionException e) {
                    throw thrown(e);
                } catch (TimeoutException ignored) {
                    if (token.cancelled() && executor.remove(task)) {
                        throw new CancellationException("cancelled before it began");
                    }
                } catch (InterruptedException ignored) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private <T> FutureTask<T> submit(Supplier<T> body) {
        FutureTask<T> task = new FutureTask<>(body::get);
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            throw new MetaCallException("more than " + MOST_WAITING + " calls wait for MetaCall");
        }
        return task;
    }

    private static RuntimeException thrown(ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof MetaCallException told) {
            throw told.here();
        }
        throw MetaCallLibrary.unexpected(cause == null ? e : cause);
    }
}
