package dev.decant.python;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// Raises an exception inside calls whose time is over, on a thread of its own: that needs the GIL,
/// for which it may have to wait as long as user code keeps it.
final class Canceller {
    /// More than calls can run at once; what does not fit is cancelled by flag alone.
    private static final int MOST_WAITING = 1024;

    private final BlockingQueue<Call<?>> waiting = new ArrayBlockingQueue<>(MOST_WAITING);

    Canceller() {
        new PythonThread(this::serve, "python-cancel").start();
    }

    void send(Call<?> call) {
        boolean ignored = waiting.offer(call);
    }

    private void serve() {
        PythonThread self = (PythonThread) Thread.currentThread();
        boolean attached = false;
        while (true) {
            Call<?> call;
            try {
                call = waiting.take();
            } catch (InterruptedException ignored) {
                continue; // Nobody interrupts this thread but by mistake.
            }
            PythonThread runner = call.runner();
            if (runner == null) {
                continue; // It has ended, or will see that it is cancelled before it begins.
            }
            if (!attached) {
                self.attach();
                attached = true;
            }
            self.enter();
            try {
                runner.send(call, Bridge.function("Cancelled"));
            } finally {
                self.exit();
            }
        }
    }
}
