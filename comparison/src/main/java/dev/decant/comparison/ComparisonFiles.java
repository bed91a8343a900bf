package dev.decant.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes a comparison's report into a folder: `report.json`, `report.csv` and `report.html`.
public final class ComparisonFiles {
    private ComparisonFiles() {}

    public static void write(ComparisonReport report, Path folder) throws IOException {
        Files.createDirectories(folder);
        ComparisonJson.write(report, folder.resolve("report.json"));
        ComparisonCsv.write(report, folder.resolve("report.csv"));
        ComparisonHtml.write(report, folder.resolve("report.html"));
    }
}
