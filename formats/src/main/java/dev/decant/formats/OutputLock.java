package dev.decant.formats;

import dev.decant.data.DataException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The right to write one output: a file `NAME.lock`, locked by the system and holding the process's number.
///
/// The lock ends with the process however it ends, so a file that a killed run left behind bars nobody.
///
/// POSIX takes a lock away from a process that closes any descriptor of the file. So a file that this process has
/// locked
/// is never opened a second time, not even to be read: that is what `HELD` is for.
final class OutputLock {
    private static final int TRIES = 100;

    /// The lock files that are locked, or just being tried, by this process.
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final RandomAccessFile open;
    private boolean held = true;

    private OutputLock(Path file, RandomAccessFile open) {
        this.file = file;
        this.open = open;
    }

    /// Takes the lock.
    ///
    /// @param output what messages call the output
    /// @throws DataException where another run has it; the message has the other's process number
    static OutputLock take(Path file, String output) throws IOException {
        if (!HELD.add(file)) {
            throw taken(output, " (process " + ProcessHandle.current().pid() + ")");
        }
        try {
            for (int i = 0; i < TRIES; i++) {
                OutputLock lock = attempt(file, output);
                if (lock != null) {
                    return lock;
                }
            }
            throw new DataException(output + ": " + file + " cannot be locked: it comes and goes; try again");
        } catch (IOException | RuntimeException e) {
            HELD.remove(file);
            throw e;
        }
    }

    private static DataException taken(String output, String owner) {
        return new DataException(
                output + ": is being written by another run" + owner + "; wait for it, or name another output");
    }

    /// Null where the file was taken away between opening and locking it.
    private static @Nullable OutputLock attempt(Path file, String output) throws IOException {
        RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw");
        try {
            if (!lock(open)) {
                throw taken(output, owner(file));
            }
            if (same(open, file)) {
                open.setLength(0);
                open.write((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII));
                return new OutputLock(file, open);
            }
        } catch (IOException | RuntimeException e) {
            open.close();
            throw e;
        }
        open.close();
        return null;
    }

    private static boolean lock(RandomAccessFile open) throws IOException {
        boolean interrupted = Thread.interrupted(); // It would close the channel.
        try {
            FileLock lock = open.getChannel().tryLock();
            return lock != null;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Whether the open file is still the one of this name: its last owner may have deleted it before we had the lock.
    private static boolean same(RandomAccessFile open, Path file) throws IOException {
        // The length that we give the one must be seen at the other.
        long mark = ThreadLocalRandom.current().nextLong(64, 1024);
        open.setLength(mark);
        try {
            return Files.size(file) == mark;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static String owner(Path file) {
        try {
            String pid = Files.readString(file, StandardCharsets.US_ASCII).strip();
            return pid.isEmpty() || pid.length() > 20 || !pid.chars().allMatch(Character::isDigit)
                    ? ""
                    : " (process " + pid + ")";
        } catch (IOException e) {
            return "";
        }
    }

    /// Gives the lock back; once is enough.
    void release() throws IOException {
        if (held) {
            held = false;
            try {
                // Deleted before it is unlocked: nobody else may hold it then.
                Files.deleteIfExists(file);
                open.close();
            } finally {
                HELD.remove(file);
            }
        }
    }
}
