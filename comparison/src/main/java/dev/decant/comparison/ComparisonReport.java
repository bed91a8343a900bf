package dev.decant.comparison;

import java.time.Instant;
import java.util.List;

/// What came of a comparison.
///
/// @param version Decant's
/// @param versions what else took part, a line each: `Python 3.11.2`
/// @param command how to run it again, without this machine's folders
/// @param plan what was asked
/// @param threads the budget of each approach
/// @param requests at once, of `decant-serve`
/// @param models those that took part
/// @param scaling empty where it was not asked for
public record ComparisonReport(
        String version,
        List<String> versions,
        String command,
        Instant startedAt,
        Instant finishedAt,
        Machine machine,
        ComparisonPlan plan,
        int threads,
        int processes,
        int batch,
        int requests,
        List<ComparedModel> models,
        List<ApproachResult> results,
        List<ScalingSeries> scaling) {
    public ComparisonReport {
        versions = List.copyOf(versions);
        models = List.copyOf(models);
        results = List.copyOf(results);
        scaling = List.copyOf(scaling);
    }

    /// How it ended, as a whole.
    public enum Verdict {
        /// All that could run did, with the same labels.
        AGREED,
        /// Labels differ by more than is allowed.
        DISAGREED,
        /// An approach was started and broke.
        BROKEN,
        /// None has figures.
        NOTHING
    }

    /// How it ended: the worst that happened to any approach.
    public Verdict verdict() {
        boolean measured = false;
        boolean broken = false;
        for (ApproachResult result : results) {
            switch (result.standing()) {
                case ApproachResult.Measured figures -> {
                    measured = true;
                    if (figures.agreement().map(agreement -> !agreement.holds()).orElse(false)) {
                        return Verdict.DISAGREED;
                    }
                }
                case ApproachResult.Broken ignored -> broken = true;
                case ApproachResult.Unavailable ignored -> {}
            }
        }
        return broken ? Verdict.BROKEN : measured ? Verdict.AGREED : Verdict.NOTHING;
    }

    /// The same with other words in it.
    ComparisonReport with(List<ApproachResult> otherResults, List<ScalingSeries> otherScaling) {
        return new ComparisonReport(
                version,
                versions,
                command,
                startedAt,
                finishedAt,
                machine,
                plan,
                threads,
                processes,
                batch,
                requests,
                models,
                otherResults,
                otherScaling);
    }

    int rows() {
        return plan.texts().size();
    }
}
