import dev.decant.data.Sink;
import dev.decant.data.Source;
import dev.decant.formats.InputOptions;
import dev.decant.formats.OutputOptions;
import dev.decant.formats.Sinks;
import dev.decant.formats.Sources;
import dev.decant.metrics.RunMetrics;
import dev.decant.onnx.ModelFolder;
import dev.decant.onnx.OnnxEngine;
import dev.decant.onnx.OnnxOptions;
import dev.decant.pipeline.Ending;
import dev.decant.pipeline.Pipeline;
import dev.decant.pipeline.PipelineOptions;
import dev.decant.pipeline.RunReport;

/// Classifies a column of a CSV or JSON Lines file into another file and tells how the run went.
///
///     java -cp 'cli/target/decant/lib/*' examples/java/ClassifyFile.java examples/reviews.csv description out.csv
void main(String[] args) throws Exception {
    if (args.length != 3) {
        IO.println("usage: ClassifyFile INPUT COLUMN OUTPUT");
        System.exit(2);
    }
    InputOptions in = InputOptions.defaults().withTextColumn(args[1]);
    OutputOptions out = OutputOptions.defaults().withForce(true);
    RunReport report;
    try (OnnxEngine engine = OnnxEngine.open(ModelFolder.onBoard(), OnnxOptions.defaults());
            Source source = Sources.open(Path.of(args[0]), in);
            Sink sink = Sinks.open(Path.of(args[2]), out, source)) {
        report = new Pipeline(engine, PipelineOptions.DEFAULT).run(source, sink);
    }

    RunMetrics.Rows rows = report.rows();
    IO.println(rows.in() + " rows in: " + rows.scored() + " scored, " + rows.failed() + " failed, " + rows.skipped()
            + " skipped");
    rows.labels().forEach((label, count) -> IO.println("%8d %s".formatted(count, label)));
    IO.println("%.0f rows/s, %d calls of the model, 95 %% of them within %.1f ms, %.1f %% padding"
            .formatted(
                    report.rowsPerSecond(),
                    report.batches().calls(),
                    report.stages().inference().p95Ms(),
                    100 * report.batches().paddingWaste()));
    if (!(report.ending() instanceof Ending.Completed)) {
        // What was read until then is in OUTPUT.part, whole rows in order.
        IO.println("ended early: " + report.ending());
        System.exit(1);
    }
}
