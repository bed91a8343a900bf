package dev.decant.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;

/// What a run says of itself, in the members that all approaches write: those of `docs/run-report.md`.
///
/// @param startedAt when the model was loaded and the first row could be read
/// @param secondsToFirstRows from then to the first labels
/// @param elapsedSeconds from then to the last label written
/// @param workers batches that ran at once
/// @param calls how many batches were run
/// @param meanRows rows in a batch
record RunFigures(
        Instant startedAt,
        double secondsToFirstRows,
        double elapsedSeconds,
        long rowsIn,
        long scored,
        long failed,
        int workers,
        int threadsPerWorker,
        long calls,
        double meanRows,
        double p50Ms,
        double p99Ms) {

    static RunFigures read(Path report) throws IOException {
        JsonScalars json = JsonScalars.read(report);
        Instant startedAt;
        try {
            startedAt = Instant.parse(json.required("started_at"));
        } catch (DateTimeException e) {
            throw new IOException(report.getFileName() + ": started_at is no time: " + json.required("started_at"), e);
        }
        return new RunFigures(
                startedAt,
                json.number("seconds_to_first_rows"),
                json.number("elapsed_seconds"),
                json.whole("rows.in"),
                json.whole("rows.scored"),
                json.whole("rows.failed"),
                (int) json.whole("configuration.workers"),
                (int) json.whole("configuration.threads_per_worker"),
                json.whole("batches.calls"),
                json.number("batches.mean_rows"),
                json.number("stages_ms.inference_batch.p50"),
                json.number("stages_ms.inference_batch.p99"));
    }
}
