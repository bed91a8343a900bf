package dev.decant.server;

import dev.decant.metrics.RunMetrics;
import dev.decant.pipeline.Ending;
import dev.decant.pipeline.Pipeline;
import dev.decant.pipeline.ProgressListener;
import dev.decant.pipeline.RunReport;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// One bulk job, as others see it: how far it is, and how it ended.
final class Job {
    private static final RunMetrics.Rows NONE = new RunMetrics().rows();

    private final String id;
    private final String model;
    private volatile RunMetrics.Rows rows = NONE;
    private volatile @Nullable Pipeline pipeline;
    private volatile @Nullable String ending;

    Job(String id, String model) {
        this.id = id;
        this.model = model;
    }

    String id() {
        return id;
    }

    RunMetrics.Rows rows() {
        return rows;
    }

    void started(Pipeline run) {
        pipeline = run;
    }

    void progress(ProgressListener.Progress progress) {
        rows = progress.rows();
    }

    /// Asks a job that runs to end after the rows it has accepted.
    void stop(String reason) {
        Pipeline run = pipeline;
        if (run != null) {
            run.stop(reason);
        }
    }

    void ended(RunReport report) {
        rows = report.rows();
        ended(
                switch (report.ending()) {
                    case Ending.Completed completed -> "completed";
                    case Ending.Stopped stopped -> "stopped: " + stopped.reason();
                    case Ending.InputFault fault -> "input fault: " + fault.message();
                    case Ending.OutputFault fault -> "output fault: " + fault.message();
                    case Ending.OutputClosed closed -> "the client has gone";
                    case Ending.EngineFault fault -> "engine fault: " + fault.message();
                });
    }

    void ended(String how) {
        ending = how;
        pipeline = null;
    }

    boolean ended() {
        return ending != null;
    }

    @Nullable
    String ending() {
        return ending;
    }

    void write(JsonGenerator json) {
        RunMetrics.Rows now = rows;
        String how = ending;
        json.writeStartObject();
        json.writeStringProperty("id", id);
        json.writeStringProperty("model", model);
        json.writeStringProperty("state", how == null ? "running" : how.equals("completed") ? how : "failed");
        if (how != null) {
            json.writeStringProperty("ending", how);
        }
        json.writeNumberProperty("rows", now.in());
        json.writeNumberProperty("scored", now.scored());
        json.writeNumberProperty("failed", now.failed());
        json.writeNumberProperty("skipped", now.skipped());
        json.writeObjectPropertyStart("labels");
        for (Map.Entry<String, Long> label : now.labels().entrySet()) {
            json.writeNumberProperty(label.getKey(), label.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    /// The last line of an answer, for clients that see no trailers.
    String summary(boolean asJson) {
        RunMetrics.Rows all = rows;
        return asJson
                ? "{\"decant\":{\"rows\":%d,\"scored\":%d,\"failed\":%d,\"skipped\":%d}}\n"
                        .formatted(all.in(), all.scored(), all.failed(), all.skipped())
                : "# decant: rows=%d scored=%d failed=%d skipped=%d\n"
                        .formatted(all.in(), all.scored(), all.failed(), all.skipped());
    }
}
