package dev.decant.python;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The Python threads of the process and the calls that wait for one.
///
/// The first is the thread that started Python, its main thread: the only one that imports, since
/// `signal`, `asyncio` and others behave differently elsewhere, and the one that runs calls as long as it is
/// free. The length is bounded by the permits of the open [PythonRuntime]s.
final class CallQueue {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Deque<Call<?>> waiting = new ArrayDeque<>();
    private final Deque<Call<?>> waitingForMain = new ArrayDeque<>();
    private final List<PythonThread> further = new ArrayList<>();
    private boolean mainIsFree;

    /// Runs calls on the main thread for the rest of the process's life.
    void serveMain(PythonThread main) {
        serve(main, true);
    }

    /// Sees to it that so many threads run calls, the main one among them.
    void ensureThreads(int count) {
        lock.lock();
        try {
            while (further.size() + 1 < count) {
                PythonThread thread = new PythonThread(
                        () -> {
                            PythonThread self = (PythonThread) Thread.currentThread();
                            self.attach();
                            serve(self, false);
                        },
                        "python-" + (further.size() + 1));
                further.add(thread);
                thread.start();
            }
        } finally {
            lock.unlock();
        }
    }

    void add(Call<?> call, boolean onMain) {
        lock.lock();
        try {
            (onMain ? waitingForMain : waiting).add(call);
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Takes back a call that no thread has taken yet; false when it is too late.
    boolean withdraw(Call<?> call) {
        lock.lock();
        try {
            return waiting.remove(call) || waitingForMain.remove(call);
        } finally {
            lock.unlock();
        }
    }

    private void serve(PythonThread thread, boolean main) {
        while (true) {
            Runnable tell = take(main).execute(thread);
            if (main) {
                free();
            }
            tell.run();
            // An interrupt was for what the call did.
            boolean ignored = Thread.interrupted();
        }
    }

    /// The main thread takes the next call: said before its last one's caller, who may have another, hears of the end.
    private void free() {
        lock.lock();
        try {
            mainIsFree = true;
        } finally {
            lock.unlock();
        }
    }

    private Call<?> take(boolean main) {
        lock.lock();
        try {
            while (true) {
                Call<?> call = main ? waitingForMain.poll() : null;
                if (call == null && (main || !mainIsFree)) {
                    call = waiting.poll();
                }
                if (main) {
                    mainIsFree = call == null;
                }
                if (call != null) {
                    if (main && !waiting.isEmpty()) {
                        work.signalAll(); // The others left them to this thread.
                    }
                    return call;
                }
                work.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
