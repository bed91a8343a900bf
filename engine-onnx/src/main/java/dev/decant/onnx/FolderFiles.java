package dev.decant.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The files of one model folder, and no others: a name that leads out of it, by `..`, from the root or
/// through a symbolic link, is refused.
///
/// One exception: in the cache layout of the Hugging Face hub a snapshot's files are links into the
/// `blobs` folder beside `snapshots`; these are followed.
final class FolderFiles {
    private final Path folder;
    private final Path real;

    FolderFiles(Path folder) throws ModelException {
        this.folder = folder;
        try {
            this.real = folder.toRealPath();
        } catch (IOException e) {
            throw new ModelException("model folder " + folder + " does not exist; name a folder with config.json", e);
        }
        if (!Files.isDirectory(real)) {
            throw new ModelException("model " + folder + " is not a folder; name the folder that holds config.json");
        }
    }

    Path folder() {
        return folder;
    }

    /// The folder without links.
    Path real() {
        return real;
    }

    /// The file of that name, or null where there is none.
    ///
    /// @throws ModelException when the name leads out of the folder
    @Nullable
    Path find(String name) throws ModelException {
        Path file;
        try {
            Path relative = Path.of(name);
            file = real.resolve(relative).normalize();
            if (relative.isAbsolute() || !file.startsWith(real)) {
                throw leaves(name);
            }
        } catch (InvalidPathException e) {
            throw new ModelException("model folder " + folder + ": " + name + " is not a file name", e);
        }
        if (!Files.exists(file)) {
            return null;
        }
        try {
            Path target = file.toRealPath();
            if (!target.startsWith(real) && !isBlob(target)) {
                throw leaves(name);
            }
            return Files.isRegularFile(target) ? target : null;
        } catch (IOException e) {
            throw e instanceof ModelException m ? m : unreadable(name, e);
        }
    }

    /// The bytes of a file that is read whole.
    ///
    /// @param most the most bytes such a file has
    byte[] read(String name, Path file, int most) throws ModelException {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new ModelException("model folder " + folder + ": " + name + " is larger than " + (most >> 20)
                        + " MB; it is not such a file");
            }
            return bytes;
        } catch (IOException e) {
            throw e instanceof ModelException m ? m : unreadable(name, e);
        }
    }

    /// The names of the files in the folder, or in a folder in it, that end so; sorted.
    List<String> list(String subfolder, String ending) throws ModelException {
        Path listed = real.resolve(subfolder);
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(listed)) {
            requireInside(subfolder, listed);
            try (Stream<Path> files = Files.list(listed)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    String name = file.getFileName().toString();
                    if (name.endsWith(ending)) {
                        names.add(subfolder.isEmpty() ? name : subfolder + "/" + name);
                    }
                }
            } catch (IOException e) {
                throw unreadable(subfolder, e);
            }
        }
        names.sort(null);
        return names;
    }

    private void requireInside(String subfolder, Path listed) throws ModelException {
        try {
            if (!listed.toRealPath().startsWith(real)) {
                throw leaves(subfolder);
            }
        } catch (IOException e) {
            throw e instanceof ModelException m ? m : unreadable(subfolder, e);
        }
    }

    private boolean isBlob(Path target) {
        Path snapshots = real.getParent();
        Path repository = snapshots == null ? null : snapshots.getParent();
        return snapshots != null
                && repository != null
                && snapshots.endsWith("snapshots")
                && target.startsWith(repository.resolve("blobs"));
    }

    private ModelException leaves(String name) {
        return new ModelException("model folder " + folder + ": " + name
                + " leads out of the folder; copy the file into the folder and name it by its place there");
    }

    private ModelException unreadable(String name, IOException e) {
        return new ModelException("model folder " + folder + ": cannot read " + name + ": " + e.getMessage(), e);
    }
}
