package dev.decant.cli;

import dev.decant.data.Sink;
import dev.decant.data.Source;
import dev.decant.engine.ScriptedEngine;
import dev.decant.formats.InputOptions;
import dev.decant.formats.OutputOptions;
import dev.decant.formats.Sinks;
import dev.decant.formats.Sources;
import dev.decant.pipeline.Pipeline;
import dev.decant.pipeline.PipelineOptions;
import dev.decant.pipeline.RunReport;
import java.nio.file.Path;

/// The program that [LongFileTest] runs in a small heap: from a file to a file, with a prefix for our columns, and with
/// an engine that costs nothing.
final class LongFileRun {
    private LongFileRun() {}

    public static void main(String[] args) throws Exception {
        InputOptions options = InputOptions.defaults().withTextColumn("text");
        RunReport report;
        try (Source source = Sources.open(Path.of(args[0]), options);
                Sink sink =
                        Sinks.open(Path.of(args[1]), OutputOptions.defaults().withPrefix(args[2]), source)) {
            report = new Pipeline(new ScriptedEngine(), PipelineOptions.DEFAULT.withWorkers(2)).run(source, sink);
        }
        System.out.println(report.ending() + ", " + report.rows().scored() + " of "
                + report.rows().in() + " rows, heap of at most "
                + (Runtime.getRuntime().maxMemory() >> 20) + " MB");
    }
}
