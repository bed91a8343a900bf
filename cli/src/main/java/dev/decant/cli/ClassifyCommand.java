package dev.decant.cli;

import dev.decant.data.DataException;
import dev.decant.data.FileChecksum;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import dev.decant.engine.Engine;
import dev.decant.formats.Format;
import dev.decant.formats.InputOptions;
import dev.decant.formats.OutputOptions;
import dev.decant.formats.Resumption;
import dev.decant.formats.Sinks;
import dev.decant.formats.Sources;
import dev.decant.metrics.RunMetrics;
import dev.decant.metrics.Ticker;
import dev.decant.onnx.ModelFolder;
import dev.decant.onnx.OnnxEngine;
import dev.decant.onnx.OnnxOptions;
import dev.decant.pipeline.Ending;
import dev.decant.pipeline.Lookahead;
import dev.decant.pipeline.Pipeline;
import dev.decant.pipeline.PipelineOptions;
import dev.decant.pipeline.ProgressListener;
import dev.decant.pipeline.RunReport;
import dev.decant.pipeline.WorkerLayout;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `decant classify`: a file in, the same file with labels out, nothing lost.
@Command(
        name = "classify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        separator = " ",
        customSynopsis = "decant classify INPUT --text COLUMN [-o FILE] [OPTION ...]",
        description = "Labels each text of a file.",
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Every column of the input is kept; label, score and error are added. Every",
            "row ends as scored, failed or skipped, in input order.",
            "",
            "Exit codes: 0 all rows scored or skipped, 1 fault of Decant or the engine,",
            "2 wrong use or unusable input, 3 finished with failed rows, 130 and 143",
            "interrupted, 141 nobody read the output to its end.",
            "",
            "A run that ended early, even by kill -9 or a power cut, goes on with the same",
            "command and --resume: its output will be the same to the byte.",
            "",
            "  decant classify reviews.csv --text description -o labels.csv",
            "  decant classify in.jsonl.gz --text body --scores -o - --output-format jsonl",
            "  decant classify reviews.csv --text description -o labels.csv --resume",
            "  decant classify in.csv --text body --script ml_processor.py -o labels.csv"
        })
final class ClassifyCommand implements Callable<Integer> {
    private final Streams streams;

    @Parameters(
            paramLabel = "INPUT",
            description = "CSV, TSV or JSON Lines, plain or .gz, or Parquet; - is the standard input.")
    private String input = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where the rows go; - is the standard output. Without it the first rows are shown.")
    private @Nullable String output;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Write the run's figures to this file, as JSON (docs/run-report.md).")
    private @Nullable Path reportFile;

    @Option(names = "--quiet", description = "No progress and no summary; errors are still told.")
    private boolean quiet;

    @Option(names = "--force", description = "Replace an output that exists, and the rows of an unfinished run.")
    private boolean force;

    @Option(
            names = "--resume",
            description = "Go on where a run of the same command ended early; from the first row where none has. Input,"
                    + " model and options must be as they were.")
    private boolean resume;

    @Mixin
    private DataFlags data = new DataFlags();

    @Mixin
    private ModelFlags model = new ModelFlags();

    @Mixin
    private ScriptFlags script = new ScriptFlags();

    @Mixin
    private RunFlags run = new RunFlags();

    ClassifyCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path report = reportFile;
        if (report != null) {
            checkReport(report);
        }
        OutputOptions outputOptions = data.output(force);
        boolean complete = output != null && outputOptions.formatOf(output) != Format.JSONL;
        InputOptions inputOptions = data.input(run.limit).withCompleteColumns(complete);
        try (Source source = Sources.open(input, inputOptions, streams.in())) {
            RunFlags.Opening opening;
            RunSettings.Part engine;
            if (script.given()) {
                opening = script.opening(model, data, run);
                engine = script::tell;
                streams.keepOutput();
            } else {
                ModelFolder folder = model.folder();
                if (data.scores) {
                    outputOptions = outputOptions.withAllScores(folder.labels());
                }
                opening = opening(folder);
                engine = settings -> model.tell(folder, settings);
            }
            try (Resumption resumption = claim(source, inputOptions, outputOptions, engine)) {
                if (resumption != null && resumption.finished()) {
                    return finishedBefore(resumption.before());
                }
                try (Sink sink = open(outputOptions, source, resumption)) {
                    return classify(opening, source, sink, resumption);
                }
            }
        }
    }

    /// The claim on an output that is to survive this process; null where it goes to the screen or through a pipe.
    private @Nullable Resumption claim(
            Source source, InputOptions inputOptions, OutputOptions outputOptions, RunSettings.Part engine)
            throws IOException {
        String target = output;
        if (target != null && !outputOptions.formatOf(target).resumable()) {
            if (resume) {
                throw new IllegalArgumentException(target + ": --resume cannot go on with a Parquet file, which is none"
                        + " before its end is written; write CSV or JSON Lines, or run again without --resume");
            }
            return null;
        }
        boolean file = !input.equals("-") && Files.isRegularFile(Path.of(input));
        if (target == null || !file || !Resumption.possible(target)) {
            if (resume) {
                throw new IllegalArgumentException("--resume needs an input file and an output file (-o FILE): what"
                        + " comes or goes through a pipe is gone");
            }
            return null;
        }
        String inputFormat = inputOptions.formatOf(input).name();
        String outputFormat = outputOptions.formatOf(target).name();
        long size = source.progress().bytesTotal();
        RunSettings settings = RunSettings.of(
                engine,
                told -> {
                    told.put(
                            "the input",
                            FileChecksum.ofFirst(Path.of(input), size).toString());
                    told.put("the input's format", inputFormat);
                    told.put("the output's format", outputFormat);
                    told.put("--limit", Long.toString(run.limit));
                    told.put("the longest record (by the heap)", Integer.toString(inputOptions.maxRecordChars()));
                },
                data::tell,
                run::tell);
        return resume
                ? Resumption.goOn(Path.of(target), force, settings)
                : Resumption.start(Path.of(target), force, settings);
    }

    private Sink open(OutputOptions options, Source source, @Nullable Resumption resumption) throws IOException {
        String target = output;
        if (target == null) {
            return new Preview(streams.printer());
        }
        if (resumption == null) {
            return Sinks.open(target, options, source, streams.out());
        }
        Sink sink = Sinks.openResumable(Path.of(target), options, source, resumption);
        try {
            resumption.skip(source);
        } catch (IOException e) {
            sink.close();
            throw e;
        }
        run.earlier = RunFlags.layoutOf(resumption.noted("workers"), resumption.noted("threads"));
        return sink;
    }

    private int finishedBefore(RunMetrics.Rows rows) {
        if (!quiet) {
            streams.err().printf(Locale.ROOT, "decant: %s: all %,d rows were there already%n", output, rows.in());
        }
        return rows.failed() > 0 ? ExitCode.FAILED_ROWS : ExitCode.DONE;
    }

    private RunFlags.Opening opening(ModelFolder folder) {
        OnnxOptions onnx = OnnxOptions.defaults().withMaxLength(model.maxLength).withTrimming(true);
        WorkerLayout.Opener opener = layout -> OnnxEngine.open(folder, onnx.withIntraOpThreads(layout.threads()));
        return (ahead, options) -> run.layout(opener, ahead, options);
    }

    private int classify(RunFlags.Opening opening, Source source, Sink sink, @Nullable Resumption resumption)
            throws IOException, InterruptedException {
        PipelineOptions options = run.pipeline();
        Lookahead ahead = new Lookahead(source);
        WorkerLayout.Choice choice = opening.open(ahead, options);
        Engine engine = choice.engine();
        RunMetrics.Rows before = RunMetrics.Rows.NONE;
        if (resumption != null) {
            before = resumption.before();
            resumption.note("workers", Integer.toString(choice.layout().workers()));
            resumption.note("threads", Integer.toString(choice.layout().threads()));
        }
        RunReport report = null;
        Instant startedAt;
        try (ProgressDisplay display = new ProgressDisplay(streams.err(), streams.terminal(), Ticker.SYSTEM)) {
            Pipeline pipeline = new Pipeline(
                    engine, options.withWorkers(choice.layout().workers()), quiet ? ProgressListener.NONE : display);
            Signals signals = Signals.handle(pipeline::stop, streams.err());
            startedAt = Instant.now();
            try {
                report = pipeline.run(ahead, sink, before);
            } finally {
                signals.restore();
            }
        } finally {
            // A call that hangs keeps its model: pulled away under it, the JVM would die before its exit code.
            if (report == null || report.openCalls() == 0) {
                engine.close();
            }
        }
        tell(report, sink, choice, startedAt);
        if (!ExitCode.whole(report)) {
            tellHowToResume(report, resumption);
        } else {
            tellOfGrowth(source);
        }
        return ExitCode.of(report);
    }

    private void tell(RunReport report, Sink sink, WorkerLayout.Choice choice, Instant startedAt) throws IOException {
        String place = output == null ? "" : output.equals("-") ? "standard output" : output;
        boolean whole = ExitCode.whole(report);
        if (!whole && output != null && !output.equals("-")) {
            place = output + ".part";
        }
        Path file = reportFile;
        if (file != null) {
            ReportJson.write(
                    report,
                    new ReportJson.Context(place, choice.layout().threads(), choice.measured(), startedAt),
                    file);
        }
        if (output == null) {
            sink.close(); // The table comes before the summary.
        }
        PrintStream to = output == null ? streams.printer() : streams.err();
        if (report.ending() instanceof Ending.OutputClosed) {
            return; // As quiet as any program that SIGPIPE ends.
        }
        if (!quiet) {
            Summary.print(report, place, to);
        } else if (!whole) {
            Summary.printEnding(report.ending(), streams.err());
        }
    }

    private void tellHowToResume(RunReport report, @Nullable Resumption resumption) {
        if (resumption != null && report.rows().in() > 0) {
            streams.err().println("decant: what is done is kept; the same command with --resume goes on from there");
        }
    }

    private void tellOfGrowth(Source source) throws IOException {
        long size = source.progress().bytesTotal();
        if (!input.equals("-") && size >= 0 && Files.exists(Path.of(input)) && Files.size(Path.of(input)) > size) {
            streams.err()
                    .printf(
                            Locale.ROOT,
                            "decant: %s has grown since it was opened; what came after its first %,d bytes is not in"
                                    + " the output%n",
                            input,
                            size);
        }
    }

    /// A run of hours must not end in a report that cannot be written.
    private static void checkReport(Path file) throws DataException {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
            throw new DataException(
                    file + ": the report cannot be written there (--report); name a file in a folder" + " that exists");
        }
    }
}
