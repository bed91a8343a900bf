package dev.decant.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes a comparison's report into a folder: `report.json`, `report.csv` and `report.html`, without the folders of
/// this
/// machine.
public final class ComparisonFiles {
    private ComparisonFiles() {}

    public static void write(ComparisonReport full, Path folder) throws IOException {
        ComparisonReport report = FolderNames.leftOut(full);
        Files.createDirectories(folder);
        ComparisonJson.write(report, folder.resolve("report.json"));
        ComparisonCsv.write(report, folder.resolve("report.csv"));
        ComparisonHtml.write(report, folder.resolve("report.html"));
    }
}
