package dev.decant.pipeline;

import dev.decant.batch.DynamicBatcher;
import dev.decant.batch.InferenceRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The thread that reads and prepares windows and submits their batches, ahead of the committing thread.
///
/// A window is handed over before its batches are submitted, in input order; the next one is read
/// while its batches run, so at a seam workers wait for the commit alone. At most [WindowPolicy#IN_FLIGHT] windows
/// exist at a time, and one is in the workers' hands until it is committed: a killed run has lost that
/// one and no other.
final class Preparation {
    private static final Duration LOOK = InstanceGroup.LOOK;

    private final WindowReader reader;
    private final DynamicBatcher batcher;
    private final InstanceGroup group;
    private final Semaphore room = new Semaphore(WindowPolicy.IN_FLIGHT);
    private final Semaphore running = new Semaphore(1);
    // One place more for the mark at the end.
    private final BlockingQueue<Window> windows = new ArrayBlockingQueue<>(WindowPolicy.IN_FLIGHT + 1);
    private final Window end = new Window();
    private final Thread thread =
            Thread.ofPlatform().name("decant-prepare").daemon().unstarted(this::loop);
    private volatile boolean stopping;
    private volatile boolean ended;
    private volatile boolean exhausted;
    private volatile @Nullable Throwable fault;

    Preparation(WindowReader reader, DynamicBatcher batcher, InstanceGroup group) {
        this.reader = reader;
        this.batcher = batcher;
        this.group = group;
    }

    void start() {
        thread.start();
    }

    /// Reads no more; windows handed over already go on.
    void stop() {
        stopping = true;
    }

    /// Whether no more windows will be handed over. Ask before taking: a window handed over just
    /// before the end is still there.
    boolean ended() {
        return ended;
    }

    /// Whether the end of the input was reached.
    boolean exhausted() {
        return exhausted;
    }

    /// What ended the reading early, or null.
    @Nullable
    Throwable fault() {
        return fault;
    }

    /// The next window in input order, or null when none comes in a little while or there are no more.
    @Nullable
    Window take() throws InterruptedException {
        Window window = windows.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        return window == end ? null : window;
    }

    /// A window taken is done with; another may be read.
    void release() {
        running.release();
        room.release();
    }

    private void loop() {
        try {
            while (await(room)) {
                Window window = reader.next(() -> stopping);
                if (window == null) {
                    exhausted = !stopping;
                    return;
                }
                windows.add(window); // There is room: permits bound the windows that exist.
                if (!submit(window)) {
                    return;
                }
            }
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            fault = e; // The windows before it go on.
        } catch (RuntimeException | Error e) {
            fault = e;
            // A window may have been handed over with a part of its batches only: nobody must wait for it.
            group.breakDown("preparing the rows failed: " + e);
        } finally {
            ended = true;
            windows.add(end);
        }
    }

    private boolean await(Semaphore permits) throws InterruptedException {
        while (!stopping && group.broken() == null) {
            if (permits.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                return true;
            }
        }
        return false;
    }

    /// Submits all batches of a window, even when stopping: it has been accepted.
    private boolean submit(Window window) throws InterruptedException {
        while (!running.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            if (group.broken() != null) {
                return false;
            }
        }
        for (List<InferenceRequest> batch : batcher.cut(window.requests())) {
            while (!group.submit(batch, LOOK)) {
                if (group.broken() != null) {
                    return false;
                }
            }
        }
        return true;
    }
}
