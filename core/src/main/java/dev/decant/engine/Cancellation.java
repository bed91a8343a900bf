package dev.decant.engine;

import org.jspecify.annotations.Nullable;

/// Tells a running engine call that its time is over.
///
/// The caller cancels from another thread; the engine registers what ends its call early. The
/// action runs under this object's lock, so once [#clear()] has returned it neither runs nor will.
public final class Cancellation {
    private boolean cancelled;
    private @Nullable Runnable action;

    /// Sets what ends the call; runs it at once if the call is already cancelled. The action must be
    /// short and must not block.
    public synchronized void onCancel(Runnable action) {
        if (cancelled) {
            action.run();
        } else {
            this.action = action;
        }
    }

    /// Forgets the action: the call has ended.
    public synchronized void clear() {
        action = null;
    }

    /// Cancels the call. Further calls do nothing.
    public synchronized void cancel() {
        if (cancelled) {
            return;
        }
        cancelled = true;
        Runnable run = action;
        action = null;
        if (run != null) {
            run.run();
        }
    }

    /// Whether the call has been cancelled.
    public synchronized boolean cancelled() {
        return cancelled;
    }
}
