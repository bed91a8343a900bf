package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

class RunReportTest {
    @TempDir
    private Path folder;

    /// Every member by its path, `rows.in`, with its value as text.
    private static Map<String, String> members(Path report) {
        Map<String, String> members = new HashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), report)) {
            String path = "";
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                path = parser.streamReadContext().pathAsPointer().toString();
                if (token.isScalarValue()) {
                    members.put(path.substring(1).replace('/', '.').replaceAll("\\.\\d+", "[]"), parser.getString());
                }
            }
        }
        return members;
    }

    private Map<String, String> run(String csv, int code) throws IOException {
        Path input = Files.writeString(folder.resolve("in.csv"), csv);
        Path report = folder.resolve("report.json");
        Cli cli = Cli.run(
                "classify",
                input.toString(),
                "--text",
                "text",
                "-o",
                folder.resolve("out.csv").toString(),
                "--force",
                "--report",
                report.toString());
        assertThat(cli.code()).as(cli.err()).isEqualTo(code);
        return members(report);
    }

    @Test
    void theReportCountsWhatTheRunDid() throws IOException {
        Map<String, String> report = run("id,text\n1,good\n2,bad\n3,good\n4,\n5,a,surplus\n", 3);
        assertThat(report)
                .containsEntry("rows.in", "5")
                .containsEntry("rows.scored", "3")
                .containsEntry("rows.failed", "1")
                .containsEntry("rows.skipped", "1")
                .containsEntry("rows.duplicates", "1")
                .containsEntry("errors.malformed_record", "1")
                .containsEntry("labels.POSITIVE", "2")
                .containsEntry("batches.rows", "2")
                .containsEntry("ending.kind", "completed")
                .containsEntry("model.id", "sst2-minilm");
        assertThat(report.get("model.fingerprint")).matches("[0-9a-f]{64}");
        assertThat(Double.parseDouble(report.get("cpu_seconds"))).isPositive();
    }

    @Test
    void everyMemberIsDocumentedAndEveryDocumentedMemberIsThere() throws IOException {
        Map<String, String> report = run("id,text\n1,good\n2,a,surplus\n", 3);
        TreeSet<String> written = new TreeSet<>(report.keySet());
        // Named by the data: one member a label, and one a kind of error.
        written.removeIf(name -> name.startsWith("labels.") || name.startsWith("errors."));
        TreeSet<String> documented = new TreeSet<>();
        List<String> lines = Files.readAllLines(Cli.root().resolve("docs/run-report.md"));
        Pattern row = Pattern.compile("^\\| `([a-z0-9_.\\[\\]]+)` \\|.*");
        for (String line : lines) {
            var matcher = row.matcher(line);
            if (matcher.matches()) {
                documented.add(matcher.group(1));
            }
        }
        documented.remove("ending.message"); // Only of a run that ended early.
        assertThat(written).isEqualTo(documented);
    }
}
