package dev.decant.comparison;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Takes the folders of this machine out of what programs said, so that a report can be shown to others.
///
/// A path below the working folder is told from there; of any other one that begins at the root, only its last part is
/// left: `…/ml_processor.py`. What does not look like a path stays as it is, and so do the texts that were labelled.
///
/// @param working the folder that this program runs in
record FolderNames(Path working) {
    /// In quotes, where it may have blanks, or a word of two parts and more.
    private static final Pattern PATH =
            Pattern.compile("(?<=\")/[^\"\\n]*/[^\"\\n]*(?=\")|(?<=')/[^'\\n]*/[^'\\n]*(?=')"
                    + "|(?:(?<=file://)|(?<![\\w./~…-]))/[^\\s/:;,\"'<>|()\\[\\]]+(?:/[^\\s/:;,\"'<>|()\\[\\]]+)+/?");

    /// The same report, to be written.
    static ComparisonReport leftOut(ComparisonReport report) {
        FolderNames names = new FolderNames(Path.of("").toAbsolutePath());
        return report.with(
                report.results().stream().map(names::result).toList(),
                report.scaling().stream().map(names::series).toList());
    }

    private ApproachResult result(ApproachResult result) {
        return result.with(
                switch (result.standing()) {
                    case ApproachResult.Unavailable(String reason) -> new ApproachResult.Unavailable(leftOut(reason));
                    case ApproachResult.Broken(String reason, List<String> tail) ->
                        new ApproachResult.Broken(
                                leftOut(reason),
                                tail.stream().map(this::leftOut).toList());
                    case ApproachResult.Measured measured ->
                        new ApproachResult.Measured(
                                measured.runs(),
                                measured.labelCounts(),
                                measured.agreement().map(this::agreement));
                });
    }

    private Agreement agreement(Agreement agreement) {
        return agreement.withExamples(agreement.examples().stream()
                .map(example -> example.withFault(leftOut(example.fault())))
                .toList());
    }

    private ScalingSeries series(ScalingSeries series) {
        return new ScalingSeries(
                series.approach(),
                series.unit(),
                series.points().stream()
                        .map(point -> new ScalingSeries.Point(
                                point.count(),
                                point.threadsEach(),
                                point.runs(),
                                point.obstacle().map(this::leftOut)))
                        .toList());
    }

    /// A line without them.
    String leftOut(String line) {
        // First, since the working folder may have blanks in its name.
        String own = working.toString();
        String said = own.length() > 1 ? line.replace(own + File.separator, "") : line;
        return PATH.matcher(said).replaceAll(found -> Matcher.quoteReplacement("…/" + last(found.group())));
    }

    private static String last(String path) {
        return Optional.ofNullable(Path.of(path).getFileName())
                .map(Path::toString)
                .orElse("");
    }
}
