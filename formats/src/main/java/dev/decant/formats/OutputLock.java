package dev.decant.formats;

import dev.decant.data.DataException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The right to write one output: a file `NAME.lock`, locked by the system and holding the process's number.
///
/// The lock ends with the process however it ends, so a file that a killed run left behind bars nobody.
final class OutputLock {
    private static final int TRIES = 100;

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
        for (int i = 0; i < TRIES; i++) {
            OutputLock lock = attempt(file, output);
            if (lock != null) {
                return lock;
            }
        }
        throw new DataException(output + ": " + file + " cannot be locked: it comes and goes; try again");
    }

    /// Null where the file was taken away between opening and locking it.
    private static @Nullable OutputLock attempt(Path file, String output) throws IOException {
        RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw");
        try {
            if (!lock(open)) {
                throw new DataException(output + ": is being written by another run" + owner(file)
                        + "; wait for it, or name another output");
            }
            // Its last owner may have deleted it while we waited: then the file of this name is another one.
            String mark = ProcessHandle.current().pid() + " " + Long.toHexString(System.nanoTime()) + "\n";
            open.setLength(0);
            open.write(mark.getBytes(StandardCharsets.US_ASCII));
            if (mark.equals(content(file))) {
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
        } catch (OverlappingFileLockException e) {
            return false; // Another run of this very process.
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String owner(Path file) {
        try {
            String pid = content(file).strip().split(" ", 2)[0];
            return pid.isEmpty() || pid.length() > 20 || !pid.chars().allMatch(Character::isDigit)
                    ? ""
                    : " (process " + pid + ")";
        } catch (IOException e) {
            return "";
        }
    }

    private static String content(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /// Gives the lock back; once is enough.
    void release() throws IOException {
        if (held) {
            held = false;
            // Deleted before it is unlocked: nobody else may hold it then.
            Files.deleteIfExists(file);
            open.close();
        }
    }
}
