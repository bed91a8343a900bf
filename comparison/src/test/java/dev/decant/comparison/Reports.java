package dev.decant.comparison;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Comparisons that nobody ran, with one of everything in them.
final class Reports {
    static final String NASTY = "<script>alert('x')</script> & \"quotes\" \u0001";

    private Reports() {}

    static RunMeasurement run(double wallSeconds, long bytes) {
        List<RunMeasurement.Point> curve = new ArrayList<>();
        for (int i = 0; i <= 20; i++) {
            curve.add(new RunMeasurement.Point(wallSeconds * i / 20, bytes * i / 20, bytes * i / 25));
        }
        return new RunMeasurement(
                wallSeconds,
                wallSeconds / 4,
                wallSeconds / 3,
                1000 / wallSeconds,
                2 * wallSeconds,
                500,
                70,
                12.5,
                48,
                7.8,
                2,
                1,
                0.5,
                0.25,
                new RunMeasurement.TreeMemory(bytes, bytes - 1_000_000, 2_000_000, 3, 21, 0.02, curve));
    }

    static ApproachResult measured(
            String name, String model, boolean quantised, double wall, long bytes, Optional<Agreement> agreement) {
        return new ApproachResult(
                name,
                "what " + name + " does",
                model,
                quantised,
                timed(name),
                new ApproachResult.Measured(
                        List.of(run(wall, bytes), run(wall * 1.1, bytes), run(wall * 0.9, bytes)),
                        Map.of("GOOD", 900, "BAD", 100),
                        agreement));
    }

    private static ApproachResult.Timed timed(String name) {
        return name.equals("decant-serve") ? ApproachResult.Timed.REQUEST : ApproachResult.Timed.BATCH;
    }

    static Agreement agreement(int disagreements, int allowed) {
        return new Agreement(
                "python-single",
                1000,
                disagreements,
                0,
                allowed,
                disagreements == 0
                        ? List.of()
                        : List.of(
                                new Agreement.Disagreement(3, NASTY, "GOOD", "BAD", ""),
                                new Agreement.Disagreement(7, "a wine", "GOOD", "BAD", "")));
    }

    /// All standings, a scaling with a hole in it, and labels that differ.
    static ComparisonReport full(int disagreements) {
        return with(List.of(
                measured("python-single", "distilbert", false, 50, 1_100_000_000, Optional.empty()),
                new ApproachResult(
                        "python-multiprocessing",
                        "a pool",
                        "distilbert",
                        false,
                        ApproachResult.Timed.BATCH,
                        new ApproachResult.Broken("ended with exit code 1: " + NASTY, List.of("Traceback", NASTY))),
                measured("python-onnxruntime", "distilbert", false, 16, 490_000_000, Optional.of(agreement(0, 0))),
                new ApproachResult(
                        "decant-metacall",
                        "MetaCall",
                        "distilbert",
                        false,
                        ApproachResult.Timed.BATCH,
                        new ApproachResult.Unavailable("no libmetacall " + NASTY)),
                measured("decant-onnx-fp32", "distilbert", false, 15, 400_000_000, Optional.of(agreement(0, 0))),
                measured(
                        "decant-onnx-int8",
                        "distilbert",
                        true,
                        7,
                        150_000_000,
                        Optional.of(agreement(disagreements, 20))),
                measured("decant-on-board", "sst2-minilm", true, 2, 95_000_000, Optional.empty()),
                measured("decant-serve", "distilbert", true, 8, 160_000_000, Optional.of(agreement(0, 20)))));
    }

    static ComparisonReport with(List<ApproachResult> results) {
        ComparisonPlan plan = new ComparisonPlan(
                "reviews <1>.csv",
                "text",
                Collections.nCopies(1000, "a wine"),
                3,
                Approaches.ALL,
                3,
                16,
                Duration.ofMinutes(30),
                SamplingPolicy.ADAPTIVE,
                0.02,
                new Cost.Prices(0.04, 0.005),
                List.of(1, 2, 4),
                1);
        ScalingSeries series = new ScalingSeries(
                "decant-onnx-int8",
                "worker",
                List.of(
                        new ScalingSeries.Point(1, 2, List.of(run(9, 150_000_000)), Optional.empty()),
                        new ScalingSeries.Point(2, 1, List.of(run(7, 160_000_000)), Optional.empty()),
                        new ScalingSeries.Point(4, 1, List.of(), Optional.of("left out: " + NASTY))));
        ScalingSeries requests = new ScalingSeries(
                "decant-serve",
                "request",
                List.of(
                        new ScalingSeries.Point(1, 1, List.of(run(9, 150_000_000)), Optional.empty()),
                        new ScalingSeries.Point(2, 1, List.of(run(7, 151_000_000)), Optional.empty()),
                        new ScalingSeries.Point(4, 1, List.of(run(6, 154_000_000)), Optional.empty())));
        return new ComparisonReport(
                "0.1.0",
                List.of("Python 3.11.2", "torch 2.15.0 for Python"),
                "./decant bench 'reviews <1>.csv' --text text",
                Instant.parse("2026-01-02T03:04:05Z"),
                Instant.parse("2026-01-02T04:04:05Z"),
                new Machine("A <processor>", 2, List.of("avx2"), 8_000_000_000L, "Linux 6 amd64", "25 (VM)", 0.2),
                plan,
                2,
                2,
                8,
                16,
                List.of(
                        new ComparedModel(
                                Path.of("distilbert"),
                                "distilbert",
                                "seeded random, seed 17",
                                true,
                                Optional.of("onnx/model.onnx"),
                                Optional.of("onnx/model_int8.onnx")),
                        new ComparedModel(
                                Path.of("sst2-minilm"),
                                "sst2-minilm",
                                "",
                                false,
                                Optional.empty(),
                                Optional.of("model.onnx"))),
                results,
                List.of(series, requests));
    }
}
