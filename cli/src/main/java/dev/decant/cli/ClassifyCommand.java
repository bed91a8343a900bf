package dev.decant.cli;

import dev.decant.data.DataException;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import dev.decant.engine.Engine;
import dev.decant.formats.Format;
import dev.decant.formats.InputOptions;
import dev.decant.formats.OutputOptions;
import dev.decant.formats.Sinks;
import dev.decant.formats.Sources;
import dev.decant.metrics.Ticker;
import dev.decant.onnx.ModelFolder;
import dev.decant.onnx.OnnxEngine;
import dev.decant.onnx.OnnxOptions;
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
            "interrupted.",
            "",
            "  decant classify reviews.csv --text description -o labels.csv",
            "  decant classify in.jsonl.gz --text body --scores -o - --output-format jsonl",
            "  decant classify in.csv --text body --script ml_processor.py -o labels.csv"
        })
final class ClassifyCommand implements Callable<Integer> {
    private final Streams streams;

    @Parameters(paramLabel = "INPUT", description = "CSV, TSV or JSON Lines, plain or .gz; - is the standard input.")
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

    @Option(names = "--force", description = "Replace an output that exists.")
    private boolean force;

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
            if (script.given()) {
                opening = script.opening(model, data, run);
                streams.keepOutput();
            } else {
                ModelFolder folder = model.folder();
                if (data.scores) {
                    outputOptions = outputOptions.withAllScores(folder.labels());
                }
                opening = opening(folder);
            }
            try (Sink sink = output == null
                    ? new Preview(streams.printer())
                    : Sinks.open(output, outputOptions, source, streams.out())) {
                return classify(opening, source, sink);
            }
        }
    }

    private RunFlags.Opening opening(ModelFolder folder) {
        OnnxOptions onnx = OnnxOptions.defaults().withMaxLength(model.maxLength).withTrimming(true);
        WorkerLayout.Opener opener = layout -> OnnxEngine.open(folder, onnx.withIntraOpThreads(layout.threads()));
        return (ahead, options) -> run.layout(opener, ahead, options);
    }

    private int classify(RunFlags.Opening opening, Source source, Sink sink) throws IOException, InterruptedException {
        PipelineOptions options = run.pipeline();
        Lookahead ahead = new Lookahead(source);
        WorkerLayout.Choice choice = opening.open(ahead, options);
        Engine engine = choice.engine();
        RunReport report = null;
        Instant startedAt;
        try (ProgressDisplay display = new ProgressDisplay(streams.err(), streams.terminal(), Ticker.SYSTEM)) {
            Pipeline pipeline = new Pipeline(
                    engine, options.withWorkers(choice.layout().workers()), quiet ? ProgressListener.NONE : display);
            Signals signals = Signals.handle(pipeline::stop, streams.err());
            startedAt = Instant.now();
            try {
                report = pipeline.run(ahead, sink);
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
        return ExitCode.of(report);
    }

    private void tell(RunReport report, Sink sink, WorkerLayout.Choice choice, Instant startedAt) throws IOException {
        String place = output == null ? "" : output.equals("-") ? "standard output" : output;
        boolean whole = ExitCode.of(report) == ExitCode.DONE || ExitCode.of(report) == ExitCode.FAILED_ROWS;
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
        if (!quiet) {
            Summary.print(report, place, to);
        } else if (!whole) {
            Summary.printEnding(report.ending(), streams.err());
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
