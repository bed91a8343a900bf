package dev.decant.formats;

import dev.decant.data.DataException;
import dev.decant.data.FileChecksum;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The files of one output that belongs to this run: `NAME`, and beside it `NAME.part` (the rows until all are there),
/// `NAME.checkpoint` (how far they are) and `NAME.lock`.
///
/// Holds the lock from its opening until it is closed.
final class OutputFiles {
    /// What messages call the output.
    final String name;
    /// The output's own place.
    final Path target;

    final Path part;
    private final Path checkpoint;
    private final boolean force;
    private final OutputLock lock;

    private OutputFiles(String name, Path target, boolean force, OutputLock lock) {
        this.name = name;
        this.target = target;
        this.force = force;
        this.lock = lock;
        part = beside(target, ".part");
        checkpoint = beside(target, ".checkpoint");
    }

    private static Path beside(Path target, String suffix) {
        return target.resolveSibling(target.getFileName() + suffix);
    }

    /// Whether an output is a device or pipe: written to as it is, with no files beside it.
    static boolean special(Path output) {
        return Files.exists(output) && !Files.isRegularFile(output) && !Files.isDirectory(output);
    }

    /// Takes hold of an output.
    ///
    /// @param force whether it may be replaced
    /// @throws DataException where it cannot be written, exists and may not be replaced, or is another run's
    static OutputFiles take(Path output, boolean force) throws IOException {
        String name = output.toString();
        if (Files.isDirectory(output)) {
            throw new DataException(name + ": this is a folder; name a file in it");
        }
        boolean exists = Files.exists(output);
        // A link keeps pointing where it does: what it points to is replaced.
        Path target = exists ? output.toRealPath() : output.toAbsolutePath();
        Path folder = target.getParent();
        if (folder != null && Files.notExists(folder)) {
            throw new DataException(name + ": the folder " + folder + " does not exist; make it first");
        }
        if (folder != null && !Files.isDirectory(folder)) {
            throw new DataException(name + ": " + folder + " is not a folder");
        }
        OutputLock lock;
        try {
            lock = OutputLock.take(beside(target, ".lock"), name);
        } catch (DataException e) {
            throw e;
        } catch (IOException e) {
            throw unwritable(name, folder, e);
        }
        return new OutputFiles(name, target, force, lock);
    }

    private static DataException unwritable(String name, @Nullable Path folder, IOException e) {
        if (folder != null && !Files.isWritable(folder)) {
            return new DataException(name + ": the folder " + folder + " may not be written to by this user", e);
        }
        return new DataException(name + ": cannot be written: " + e.getMessage(), e);
    }

    /// Refuses an output that stands in the way.
    void requireFree() throws DataException {
        if (!force && Files.exists(target)) {
            throw new DataException(name + ": exists already; use --force to replace it");
        }
    }

    /// Refuses an input that this output would overwrite.
    void requireApart(@Nullable Path input) throws IOException {
        if (input == null || !Files.exists(input)) {
            return;
        }
        if (Files.exists(target) && Files.isSameFile(target, input)) {
            throw new DataException(name + ": is the input too; name another output");
        }
        if (Files.exists(part) && Files.isSameFile(part, input)) {
            throw new DataException(part + ": is the input, and the output's name until it is whole; name another");
        }
    }

    /// Refuses to write over rows with which a run could go on.
    void requireNothingToResume() throws IOException {
        Checkpoint left = force || Files.notExists(part) ? null : readCheckpoint();
        if (left != null) {
            throw new DataException(String.format(
                    "%s: %,d rows of an unfinished run are in %s; go on with --resume, or start anew with --force",
                    name, left.rows().in(), part));
        }
    }

    /// The checkpoint, or null where there is none.
    @Nullable
    Checkpoint readCheckpoint() throws IOException {
        if (Files.notExists(checkpoint)) {
            return null;
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(checkpoint)) {
            bytes = in.readNBytes(Checkpoint.MAX_BYTES + 1);
        } catch (IOException e) {
            throw new DataException(checkpoint + ": cannot be read: " + e.getMessage(), e);
        }
        if (bytes.length > Checkpoint.MAX_BYTES) {
            throw new DataException(checkpoint + ": is too long for a checkpoint; start anew with --force");
        }
        return Checkpoint.decode(checkpoint.toString(), bytes);
    }

    /// Opens the part file, empty.
    PartStream create() throws IOException {
        // First the checkpoint: it must never speak of another part file.
        Files.deleteIfExists(checkpoint);
        try {
            return PartStream.create(part);
        } catch (IOException e) {
            throw unwritable(name, target.getParent(), e);
        }
    }

    /// Opens the part file at its last commit; what came after that is cut.
    PartStream reopen(Checkpoint last) throws IOException {
        if (Files.notExists(part)) {
            throw new DataException(part + ": is not there any more, and its checkpoint is; start anew with --force");
        }
        return PartStream.reopen(part, last);
    }

    /// Puts a checkpoint in the place of the last one, at once and for good. The part file must be on the disk.
    void writeCheckpoint(Checkpoint now) throws IOException {
        Path fresh = beside(target, ".checkpoint.new");
        try (FileOutputStream out = new FileOutputStream(fresh.toFile())) {
            out.write(now.encode());
            out.getFD().sync();
        } catch (IOException e) {
            Files.deleteIfExists(fresh);
            throw e;
        }
        Files.move(fresh, checkpoint, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder();
    }

    /// Gives the part file the output's name, then takes away what is beside it.
    void rename() throws IOException {
        if (!force && Files.exists(target)) {
            throw new DataException(
                    name + ": has come to exist meanwhile and is not replaced; the output is in " + part);
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder();
        Files.deleteIfExists(checkpoint);
        release();
    }

    /// Whether the checkpoint's run came as far as the rename: the part file has become the output.
    boolean renamed(Checkpoint last) throws IOException {
        return Files.notExists(part)
                && Files.exists(target)
                && Files.size(target) == last.outputBytes()
                && FileChecksum.of(target).crc32c() == last.outputCrc();
    }

    void deleteCheckpoint() throws IOException {
        Files.deleteIfExists(checkpoint);
    }

    /// Takes away what a run without a committed row has left.
    void discard() throws IOException {
        Files.deleteIfExists(part);
        Files.deleteIfExists(checkpoint);
    }

    /// Lets others have the output; once is enough.
    void release() throws IOException {
        lock.release();
    }

    // A rename is in the folder, and is on the disk when the folder is.
    private void syncFolder() throws IOException {
        Path folder = target.getParent();
        if (folder == null) {
            return;
        }
        boolean interrupted = Thread.interrupted(); // It would close the channel.
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (AccessDeniedException e) {
            // A folder that may be written and not listed: the system syncs it in its own time.
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
