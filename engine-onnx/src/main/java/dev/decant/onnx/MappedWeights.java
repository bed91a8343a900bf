package dev.decant.onnx;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A model's weights, mapped from their file for as long as a session reads them.
///
/// A page that is read stays in the process until it is given back, although it is the system's copy of
/// the file: packing reads every weight once, and a table of embeddings, of which a run reads some
/// hundred rows, is soon there as a whole. So pages are given back while the weights are packed, and then
/// a part of them after each run, in turn; what is read again costs a page fault, most often without a read
/// from the disk.
final class MappedWeights implements AutoCloseable {
    /// Runs after which every page has been given back once. Four take 1 MiB less and 6 % more CPU time.
    private static final int CYCLE = 8;

    private static final long PIECE_BYTES = 1 << 20;

    private static final Duration WHILE_PACKING = Duration.ofMillis(5);

    private final Arena arena;
    private final MemorySegment bytes;
    private final boolean packed;
    private final AtomicInteger runs = new AtomicInteger();

    private MappedWeights(Arena arena, MemorySegment bytes, boolean packed) {
        this.arena = arena;
        this.bytes = bytes;
        this.packed = packed;
    }

    /// Maps the first `length` bytes of a file.
    ///
    /// @param packed whether the session copies the weights into a layout of its own; where it does not, all
    ///     are read in each run, and nothing is given back
    @SuppressWarnings("MustBeClosedChecker") // close() closes the arena
    static MappedWeights map(FileChannel channel, long length, boolean packed) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            MappedWeights weights =
                    new MappedWeights(arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, length, arena), packed);
            arena = null;
            return weights;
        } finally {
            if (arena != null) {
                arena.close();
            }
        }
    }

    /// Makes something of the bytes, such as a session.
    interface Use<T, E extends Exception> {
        T of(ByteBuffer bytes) throws E;
    }

    /// Loads from the bytes, giving pages back meanwhile and at the end. The result may keep the buffer
    /// until [#close()].
    <T, E extends Exception> T load(Use<T, E> use) throws E {
        if (!packed) {
            return use.of(bytes.asByteBuffer());
        }
        CountDownLatch done = new CountDownLatch(1);
        Thread release = Thread.ofPlatform().name("decant-weights").daemon().start(() -> releaseUntil(done));
        try {
            return use.of(bytes.asByteBuffer());
        } finally {
            done.countDown();
            join(release);
            bytes.unload();
        }
    }

    /// Tells that a run is over. Any thread may.
    void ran() {
        if (packed) {
            long turn = Integer.remainderUnsigned(runs.incrementAndGet(), CYCLE);
            for (long at = turn * PIECE_BYTES; at < bytes.byteSize(); at += CYCLE * PIECE_BYTES) {
                bytes.asSlice(at, Math.min(PIECE_BYTES, bytes.byteSize() - at)).unload();
            }
        }
    }

    private void releaseUntil(CountDownLatch done) {
        try {
            while (!done.await(WHILE_PACKING.toNanos(), TimeUnit.NANOSECONDS)) {
                bytes.unload();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // The thread must be gone before the arena can be closed; it ends at once.
    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
