package dev.decant.server.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A folder of models: each folder in it is one, under its own name.
///
/// A model's folder holds its files, or numbered folders with them, of which the highest number is the version that
/// serves. When it is polled, a model that is new or has changed is loaded once its files have been the same in two
/// polls
/// (so that none is loaded while it is being copied), and one whose folder has gone is unloaded. What fails to load is
/// reported, and left alone until it changes again.
public final class FolderRepository implements ModelRepository, AutoCloseable {
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");
    private static final int MOST_FILES = 10_000;

    /// Makes a definition of a folder.
    @FunctionalInterface
    public interface Definer {
        /// @param stamp changes when a file of the folder does
        ModelDefinition define(String name, String version, Path folder, String stamp);
    }

    private final Path folder;
    private final Definer definer;
    private final ModelRegistry models;
    private final Consumer<String> report;
    private final Map<String, String> known = new HashMap<>();
    private final Map<String, String> seen = new HashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /// @param report takes one line for each model that was loaded, failed to, or went
    public FolderRepository(Path folder, Definer definer, ModelRegistry models, Consumer<String> report) {
        this.folder = folder;
        this.definer = definer;
        this.models = models;
        this.report = report;
    }

    /// Makes known all models that are there, to be loaded by their names.
    public synchronized List<String> open() throws IOException {
        Map<String, ModelDefinition> found = find();
        found.forEach((name, definition) -> {
            models.define(definition);
            known.put(name, definition.stamp());
        });
        return List.copyOf(found.keySet());
    }

    /// Polls until it is closed, on a thread of its own.
    public void poll(Duration interval) {
        Thread.ofPlatform().name("decant-repository").daemon().start(() -> {
            try {
                while (!closed.await(interval.toNanos(), TimeUnit.NANOSECONDS)) {
                    try {
                        pollOnce();
                    } catch (IOException e) {
                        report.accept("the model repository " + folder + " cannot be read: " + e.getMessage());
                    }
                }
            } catch (InterruptedException ignored) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// Looks for changes, and loads and unloads what they ask for.
    synchronized void pollOnce() throws IOException, InterruptedException {
        Map<String, ModelDefinition> found = find();
        for (Map.Entry<String, ModelDefinition> entry : found.entrySet()) {
            String name = entry.getKey();
            String stamp = entry.getValue().stamp();
            if (stamp.equals(known.get(name))) {
                continue;
            }
            if (!stamp.equals(seen.put(name, stamp))) {
                continue; // Not yet the same twice.
            }
            known.put(name, stamp);
            models.define(entry.getValue());
            load(name);
        }
        for (String name : List.copyOf(known.keySet())) {
            if (!found.containsKey(name)) {
                known.remove(name);
                seen.remove(name);
                remove(name);
            }
        }
    }

    private void load(String name) throws InterruptedException {
        try {
            models.load(name);
            report.accept("model " + name + " is loaded");
        } catch (IOException | ModelException | RuntimeException e) {
            report.accept("model " + name + " could not be loaded: " + e.getMessage());
        }
    }

    private void remove(String name) throws InterruptedException {
        try {
            models.remove(name);
            report.accept("model " + name + " has gone");
        } catch (ModelException e) {
            // It was never loaded.
        }
    }

    @Override
    public synchronized void scan() throws IOException {
        for (Map.Entry<String, ModelDefinition> entry : find().entrySet()) {
            String stamp = entry.getValue().stamp();
            if (!stamp.equals(known.get(entry.getKey()))) {
                // Known for a load by name; polling goes on by what it has seen itself.
                models.defineOptional(entry.getValue());
            }
        }
    }

    private Map<String, ModelDefinition> find() throws IOException {
        Map<String, ModelDefinition> found = new TreeMap<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (Files.isDirectory(entry) && ModelDefinition.isName(name)) {
                    Path version = highestVersion(entry);
                    String number =
                            version == null ? "1" : version.getFileName().toString();
                    Path files = version == null ? entry : version;
                    found.put(name, definer.define(name, number, files, number + " " + stamp(files)));
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return found;
    }

    private static @Nullable Path highestVersion(Path model) throws IOException {
        Path highest = null;
        int most = 0;
        try (Stream<Path> entries = Files.list(model)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (VERSION.matcher(name).matches() && Files.isDirectory(entry) && Integer.parseInt(name) > most) {
                    most = Integer.parseInt(name);
                    highest = entry;
                }
            }
        }
        return highest;
    }

    /// Names, sizes and times of all files.
    private static String stamp(Path folder) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.find(folder, 4, (path, attributes) -> attributes.isRegularFile())) {
            for (Path file : all.limit(MOST_FILES).toList()) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                files.put(
                        folder.relativize(file).toString(),
                        attributes.size() + "@" + attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
            }
        }
        return files.toString();
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
