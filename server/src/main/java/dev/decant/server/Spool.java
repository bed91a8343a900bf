package dev.decant.server;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A job's body on its way: taken from the client as fast as it comes, kept in a temporary file, read in its own time.
///
/// Many clients take no answer before they have sent their whole request. Read only as fast as its rows are
/// answered, such a request would stand still: the client waits for us to read, and we for the client.
/// The file is deleted when it is opened or closed, as the system allows; its length is bounded.
final class Spool implements Closeable {
    private static final int BUFFER = 1 << 16;

    private final InputStream body;
    private final long mostBytes;
    private final FileChannel file;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private long written;
    private boolean complete;
    private boolean discarding;
    private @Nullable IOException fault;

    private Spool(InputStream body, long mostBytes, FileChannel file) {
        this.body = body;
        this.mostBytes = mostBytes;
        this.file = file;
        this.thread = Thread.ofVirtual().name("decant-spool").unstarted(this::copy);
    }

    /// Starts taking a body.
    static Spool start(InputStream body, long mostBytes) throws IOException {
        Path path = Files.createTempFile("decant-job-", ".spool");
        FileChannel file = FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        Spool spool = new Spool(body, mostBytes, file);
        spool.thread.start();
        return spool;
    }

    private void copy() {
        byte[] buffer = new byte[BUFFER];
        IOException failure = null;
        try {
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                if (!take(buffer, read)) {
                    failure = new IOException("the body is longer than " + mostBytes + " bytes (--max-job-bytes)");
                    break;
                }
            }
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException e) {
            failure = new IOException("the client has gone before it sent the whole body", e);
        }
        lock.lock();
        try {
            fault = failure;
            complete = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean take(byte[] buffer, int length) throws IOException {
        long at;
        lock.lock();
        try {
            at = written;
            if (discarding) {
                return true;
            }
        } finally {
            lock.unlock();
        }
        if (at + length > mostBytes) {
            return false;
        }
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
        while (bytes.hasRemaining()) {
            file.write(bytes, at + bytes.position());
        }
        lock.lock();
        try {
            written = at + length;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return true;
    }

    /// The body from its beginning; for one reader. A read waits for what has not come yet.
    InputStream reader() {
        return new Reader();
    }

    /// Waits until the rest of the body has come, without keeping it; until the client is cut at the latest.
    void discard() {
        lock.lock();
        try {
            discarding = true;
            while (!complete) {
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private final class Reader extends InputStream {
        private long position;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int ready = awaitBytes(length);
            if (ready == 0) {
                return -1;
            }
            int read = file.read(ByteBuffer.wrap(target, offset, ready), position);
            position += Math.max(0, read);
            return read;
        }

        private int awaitBytes(int most) throws IOException {
            lock.lock();
            try {
                while (written == position && !complete) {
                    changed.await();
                }
                if (written == position && fault != null) {
                    throw new IOException(fault.getMessage(), fault);
                }
                return (int) Math.min(most, written - position);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for the client", e);
            } finally {
                lock.unlock();
            }
        }
    }
}
