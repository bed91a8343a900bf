package dev.decant.cli;

import dev.decant.comparison.ComparedModel;
import dev.decant.comparison.Comparison;
import dev.decant.comparison.ComparisonFiles;
import dev.decant.comparison.ComparisonPlan;
import dev.decant.comparison.ComparisonReport;
import dev.decant.comparison.ComparisonTable;
import dev.decant.comparison.PythonProgram;
import dev.decant.comparison.Setup;
import dev.decant.data.DataException;
import dev.decant.formats.InputOptions;
import dev.decant.metrics.Ticker;
import dev.decant.onnx.ModelFolder;
import dev.decant.python.PythonInstallation;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `decant bench`: the same rows through Python's ways and ours, side by side, and a report.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        separator = " ",
        customSynopsis = "decant bench INPUT --text COLUMN [--report FOLDER] [OPTION ...]",
        description = "Compares ways to label a file: speed, memory, labels.",
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Approaches: python-single, python-single-batched, python-multiprocessing,",
            "python-onnxruntime, decant-python, decant-python-one-by-one, decant-metacall,",
            "decant-onnx-fp32, decant-onnx-int8, decant-on-board, decant-serve (over HTTP,",
            "the quantised weights of --model, or the model on board). Each runs in",
            "processes of its own, over the same rows. One that cannot run here says why.",
            "",
            "Exit codes: 0 measured, and the labels agree; 1 an approach broke; 2 wrong use,",
            "or nothing could run; 3 labels differ by more than --allowance, or rows have",
            "none.",
            "",
            "  decant bench reviews.csv --text description --report report/",
            "  decant bench reviews.csv --text description --report report/ --scaling \\",
            "    --model distilbert --python ./venv/bin/python"
        })
final class BenchCommand implements Callable<Integer> {
    private static final Pattern RUNTIME = Pattern.compile("onnxruntime-(\\d[\\w.]*)\\.jar");

    private final Streams streams;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "INPUT", description = "CSV, TSV or JSON Lines, plain or .gz; - is the standard input.")
    private String input = "";

    @Option(
            names = "--text",
            paramLabel = "COLUMN",
            description = "The column that holds the text; not needed where there is only one.")
    private @Nullable String text;

    @Option(names = "--limit", paramLabel = "N", description = "Only the first N rows.")
    private long limit = -1;

    @Option(
            names = "--report",
            paramLabel = "FOLDER",
            description = "Write report.html, report.json and report.csv there (docs/bench-report.md).")
    private @Nullable Path report;

    @Option(
            names = "--model",
            paramLabel = "FOLDER",
            description = "A model folder with torch weights and ONNX files, as"
                    + " benchmarks/python/make_reference_model.py writes it. Default: the model on board, which has no"
                    + " torch weights.")
    private @Nullable Path model;

    @Option(
            names = "--python",
            paramLabel = "PROGRAM",
            description = "The python of the approaches that need one. Default: that of VIRTUAL_ENV, else python3.")
    private @Nullable String python;

    @Option(
            names = "--script",
            paramLabel = "FILE",
            description = "A Python file with process_batch(texts), for decant-python and decant-metacall, instead of"
                    + " the examples' ml_processor.py. It finds the model's folder in DECANT_SCRIPT_MODEL.")
    private @Nullable Path script;

    @Option(
            names = "--metacall",
            paramLabel = "FOLDER",
            description = "Where MetaCall is, for decant-metacall; its Python has to be that of --python. Default:"
                    + " METACALL_INSTALL_PATH, LOADER_LIBRARY_PATH, the folders of the system's libraries.")
    private @Nullable Path metaCall;

    @Option(names = "--quiet", description = "No progress; the table and errors are still told.")
    private boolean quiet;

    @Mixin
    private BenchFlags flags = new BenchFlags();

    BenchCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        // What is wrong is told before anything takes time.
        flags.approaches();
        Path folder = report;
        if (folder != null) {
            checkReport(folder);
        }
        Path userScript = script;
        if (userScript != null && !Files.isRegularFile(userScript)) {
            throw new DataException(userScript + " is no file (--script)");
        }
        ComparedModel onBoard = ComparedModel.read(ModelFolder.onBoard().path());
        Path chosen = model;
        ComparedModel compared = chosen == null ? onBoard : ComparedModel.read(chosen);
        InputOptions options = InputOptions.defaults().withTextColumn(text).withLimit(limit);
        BenchInput rows = BenchInput.read(input, options, streams.in());
        ComparisonPlan plan = flags.plan(lastName(input), text == null ? "" : text, rows, compared.seeded());
        PythonProgram program = PythonProgram.ask(python == null ? PythonInstallation.defaultPython() : python);
        Path work = Files.createTempDirectory("decant-bench");
        Thread onSignal = Thread.ofPlatform().unstarted(() -> delete(work));
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            Path scripts = Files.createDirectory(work.resolve("scripts"));
            Comparison.unpackScripts(scripts);
            Setup setup = new Setup(
                    work,
                    compared,
                    onBoard,
                    program,
                    OwnProgram.find(),
                    scripts,
                    Optional.ofNullable(userScript).map(Path::toAbsolutePath),
                    Optional.ofNullable(metaCall).map(Path::toAbsolutePath),
                    flags.threads(),
                    flags.processes(),
                    flags.batch(),
                    flags.requests());
            Comparison comparison = new Comparison(plan, setup, work, Ticker.SYSTEM, InstantSource.system(), line -> {
                if (!quiet) {
                    streams.err().println(line);
                }
            });
            return tell(comparison.run(Decant.VERSION, versions(program), command()), folder);
        } finally {
            delete(work);
            forget(onSignal);
        }
    }

    private int tell(ComparisonReport result, @Nullable Path folder) throws IOException {
        if (folder != null) {
            ComparisonFiles.write(result, folder);
        }
        ComparisonTable.print(result, streams.printer());
        if (folder != null) {
            streams.printer().println("report    " + folder.resolve("report.html"));
        }
        return switch (result.verdict()) {
            case AGREED -> ExitCode.DONE;
            case BROKEN -> told(ExitCode.FAULT, "an approach broke: see the line that says so");
            case NOTHING -> told(ExitCode.UNUSABLE, "no approach could run here: see what each says");
            case DISAGREED ->
                told(
                        ExitCode.FAILED_ROWS,
                        "labels differ by more than is allowed (--allowance where weights are quantised), or are missing");
        };
    }

    private int told(int code, String line) {
        streams.err().println("decant: " + line);
        return code;
    }

    private static List<String> versions(PythonProgram python) {
        List<String> versions = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Matcher jar = RUNTIME.matcher(lastName(entry));
            if (jar.matches()) {
                versions.add("onnxruntime " + jar.group(1) + " in Decant");
            }
        }
        if (python.fault().isEmpty()) {
            versions.add("Python " + python.version());
            python.packages().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(entry -> versions.add(entry.getKey() + " " + entry.getValue() + " for Python"));
        }
        return versions;
    }

    /// The command as it was given, without the folders of this machine.
    private String command() {
        StringBuilder line = new StringBuilder("./decant");
        List<String> words =
                spec == null ? List.of() : spec.commandLine().getParseResult().originalArgs();
        for (String word : words) {
            String shown = word.startsWith("-") ? word : lastName(word);
            line.append(' ').append(shown.contains(" ") ? "'" + shown + "'" : shown);
        }
        return line.toString();
    }

    private static String lastName(String path) {
        Path name = path.contains("/") ? Path.of(path).getFileName() : null;
        return name == null ? path : name.toString();
    }

    /// A comparison of hours must not end in a report that cannot be written.
    private static void checkReport(Path folder) throws DataException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new DataException(folder + ": the report cannot be written there (--report); name a folder");
        }
        if (!Files.isWritable(folder)) {
            throw new DataException(folder + ": no right to write the report there (--report); name another folder");
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the hook runs.
        }
    }

    /// What cannot be deleted is left: a program that is being ended may still write there.
    private static void delete(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // Gone already.
        }
    }
}
