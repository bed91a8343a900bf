package dev.decant.cli;

import dev.decant.data.DataException;
import dev.decant.engine.Engine;
import dev.decant.onnx.ModelFolder;
import dev.decant.onnx.OnnxEngine;
import dev.decant.onnx.OnnxOptions;
import dev.decant.python.PythonEngine;
import dev.decant.python.PythonEngineOptions;
import dev.decant.python.PythonOptions;
import dev.decant.server.model.ModelDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say which models a server serves.
final class ServedModels {
    @Option(
            names = "--model",
            paramLabel = "[NAME=]FOLDER",
            description =
                    "Serve this model; may be given several times, each with a name of its own. Default: the model"
                            + " that comes with Decant. The first one answers where a request names none.")
    private List<String> models = new ArrayList<>();

    @Option(
            names = "--model-file",
            paramLabel = "[NAME=]FILE",
            description = "Which ONNX file of the --model with this name, where its folder has several:"
                    + " onnx/model_int8.onnx. With one model no name is needed.")
    private List<String> modelFiles = new ArrayList<>();

    @Option(
            names = "--script",
            paramLabel = "NAME=FILE",
            description = "Serve a Python file's process_batch(texts: list[str]) -> list[dict]; may be given several"
                    + " times.")
    private List<String> scripts = new ArrayList<>();

    @Option(
            names = "--repository",
            paramLabel = "FOLDER",
            description =
                    "Serve each folder in this one as a model: a model's files, or numbered folders with them, or a"
                            + " folder with one .py file.")
    private @Nullable Path repository;

    @Option(
            names = "--repository-poll",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How often the repository is looked at for changes; 0: only when a client asks for a load."
                    + " Default: 5s.")
    private Duration poll = Duration.ofSeconds(5);

    @Option(
            names = "--python",
            paramLabel = "PROGRAM",
            description = "The python that scripts run with. Default: that of VIRTUAL_ENV, else python3.")
    private @Nullable String python;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description =
                    "Batches that run at once, for each model. Default: one for each processor; one for a script.")
    private @Nullable Integer workers;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads for inference, all workers of a model together. Default: the number of processors.")
    private @Nullable Integer threads;

    @Option(
            names = "--max-length",
            paramLabel = "TOKENS",
            description = "Cut texts at so many tokens. Default: each model's longest input.")
    private int maxLength;

    @Nullable
    Path repository() {
        return repository;
    }

    Duration poll() {
        return poll;
    }

    /// The models named one by one; the one on board where nothing at all is named.
    List<ModelDefinition> definitions() throws IOException {
        List<ModelDefinition> definitions = new ArrayList<>();
        Map<String, String> files = modelFiles();
        for (String model : models) {
            int equals = model.indexOf('=');
            Path folder = Path.of(model.substring(equals + 1));
            String name = nameOf(model);
            definitions.add(onnx(name, "1", "", folder, files.remove(name)));
        }
        if (!files.isEmpty()) {
            throw new IllegalArgumentException("--model-file names a file of --model FOLDER, and none is called '"
                    + files.keySet().iterator().next() + "'; give both");
        }
        for (String script : scripts) {
            int equals = script.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("--script: a name and a file, NAME=FILE, not '" + script + "'");
            }
            definitions.add(python(script.substring(0, equals), "1", "", Path.of(script.substring(equals + 1))));
        }
        if (definitions.isEmpty() && repository == null) {
            ModelFolder folder = ModelFolder.onBoard();
            definitions.add(ModelDefinition.of(lastPart(folder.id()), count(), new OnBoard(folder)));
        }
        List<String> names =
                definitions.stream().map(ModelDefinition::name).distinct().toList();
        if (names.size() < definitions.size()) {
            throw new IllegalArgumentException(
                    "two models have the same name; give each its own: --model NAME=FOLDER, --script NAME=FILE");
        }
        return definitions;
    }

    /// What a folder of the repository is: an ONNX model, or a Python file.
    ModelDefinition define(String name, String version, Path folder, String stamp) {
        if (Files.exists(folder.resolve("config.json"))) {
            return onnx(name, version, stamp, folder, null);
        }
        Path script = script(folder);
        if (script != null) {
            return python(name, version, stamp, script);
        }
        return new ModelDefinition(name, version, 1, stamp, () -> {
            throw new DataException(folder + ": there is neither a config.json nor one .py file in it");
        });
    }

    private static @Nullable Path script(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> scripts =
                    files.filter(file -> file.toString().endsWith(".py")).toList();
            return scripts.size() == 1 ? scripts.getFirst() : null;
        } catch (IOException e) {
            return null; // It has gone, or may not be read: told when it is opened.
        }
    }

    /// The chosen ONNX files by the names of their models.
    private Map<String, String> modelFiles() {
        Map<String, String> files = new LinkedHashMap<>();
        for (String file : modelFiles) {
            int equals = file.indexOf('=');
            if (equals < 0 && models.size() != 1) {
                throw new IllegalArgumentException("--model-file " + file
                        + ": say which model's it is, NAME=FILE, where there is not one --model");
            }
            String model = equals < 0 ? nameOf(models.getFirst()) : file.substring(0, equals);
            if (files.put(model, file.substring(equals + 1)) != null) {
                throw new IllegalArgumentException("--model-file: two files for '" + model + "'; give one");
            }
        }
        return files;
    }

    private ModelDefinition onnx(String name, String version, String stamp, Path folder, @Nullable String file) {
        return new ModelDefinition(
                name,
                version,
                count(),
                stamp,
                () -> open(file == null ? ModelFolder.read(folder) : ModelFolder.read(folder, file)));
    }

    private Engine open(ModelFolder folder) throws IOException {
        OnnxOptions options = OnnxOptions.defaults()
                .withMaxLength(maxLength)
                .withTrimming(true)
                .withIntraOpThreads(Math.max(1, budget() / count()));
        return OnnxEngine.open(folder, options);
    }

    private ModelDefinition python(String name, String version, String stamp, Path file) {
        int count = workers == null ? 1 : count();
        return new ModelDefinition(
                name,
                version,
                count,
                stamp,
                () -> PythonEngine.open(PythonEngineOptions.of(file)
                        .withPython(PythonOptions.DEFAULT
                                .withPython(python)
                                .withParallelism(count)
                                .withEnvironment(
                                        threads == null
                                                ? Map.of()
                                                : Map.of("OMP_NUM_THREADS", Integer.toString(threads))))));
    }

    private int budget() {
        int budget = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (budget < 1 || budget > 1_024) {
            throw new IllegalArgumentException("--threads: from 1 to 1024, not " + budget);
        }
        return budget;
    }

    private int count() {
        int count = workers == null ? budget() : workers;
        if (count < 1 || count > 1_024) {
            throw new IllegalArgumentException("--workers: from 1 to 1024, not " + count);
        }
        return count;
    }

    /// What stands before the folder, else the folder's own name.
    private static String nameOf(String model) {
        int equals = model.indexOf('=');
        if (equals >= 0) {
            return model.substring(0, equals);
        }
        Path name = Path.of(model).toAbsolutePath().normalize().getFileName();
        return name == null ? "model" : name.toString();
    }

    private static String lastPart(String id) {
        return id.substring(id.lastIndexOf('/') + 1);
    }

    /// The model on board: what was read for its name need not be read again for its first load.
    private final class OnBoard implements ModelDefinition.Opener {
        private @Nullable ModelFolder read;

        OnBoard(ModelFolder read) {
            this.read = read;
        }

        @Override
        public synchronized Engine open() throws IOException {
            ModelFolder folder = read;
            read = null;
            return ServedModels.this.open(folder == null ? ModelFolder.onBoard() : folder);
        }
    }
}
