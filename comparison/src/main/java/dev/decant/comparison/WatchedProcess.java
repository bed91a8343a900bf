package dev.decant.comparison;

import java.io.IOException;
import java.time.Instant;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A process whose tree ends when it is closed, or when this JVM does: whatever happens, nothing of it is left.
final class WatchedProcess implements AutoCloseable {
    private final Instant startedAt;
    private final Thread onExit = Thread.ofPlatform().unstarted(this::end);
    private @Nullable Process process;
    private Supplier<Set<Long>> seen = Set::of;
    private boolean ended;

    /// @param startedAt before any process of the tree was made
    /// @throws IllegalStateException when this JVM is being ended
    WatchedProcess(Instant startedAt) {
        this.startedAt = startedAt;
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /// Starts the process, unless the end has come already.
    synchronized Process start(ProcessBuilder builder) throws IOException {
        if (ended) {
            throw new IllegalStateException("this program is being ended");
        }
        Process started = builder.start();
        process = started;
        return started;
    }

    /// Says which processes were in the tree; those that their parents left behind are ended, too.
    synchronized void seen(Supplier<Set<Long>> seen) {
        this.seen = seen;
    }

    private synchronized void end() {
        ended = true;
        Process root = process;
        if (root == null) {
            return;
        }
        if (root.isAlive()) {
            root.descendants().forEach(ProcessHandle::destroyForcibly);
            root.destroyForcibly();
        }
        // A process that took over the number of one that is gone may be anybody's, if it is older than ours. The
        // kernel counts starts in hundredths of a second.
        Instant earliest = startedAt.minusSeconds(1);
        for (long id : seen.get()) {
            ProcessHandle.of(id)
                    .filter(ProcessHandle::isAlive)
                    .filter(left -> left.info()
                            .startInstant()
                            .map(start -> start.isAfter(earliest))
                            .orElse(false))
                    .ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the hook runs.
        }
    }
}
