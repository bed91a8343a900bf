package dev.decant.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// `report.json`, `report.csv` and `report.html`.
class ReportTest {
    private static final Path ROOT = Path.of(System.getProperty("decant.root", ".."));
    private static final Pattern TAG = Pattern.compile("<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>");
    private static final Set<String> VOID = Set.of("meta", "br");

    @TempDir
    private Path folder;

    private String write(ComparisonReport report, String name) throws IOException {
        ComparisonFiles.write(report, folder);
        return Files.readString(folder.resolve(name));
    }

    @Test
    void everyMemberIsDocumentedAndEveryDocumentedMemberIsThere() throws IOException {
        write(Reports.full(30), "report.json");
        TreeSet<String> written = new TreeSet<>();
        try (JsonParser parser =
                new JsonFactory().createParser(ObjectReadContext.empty(), folder.resolve("report.json"))) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isScalarValue()) {
                    String path = parser.streamReadContext().pathAsPointer().toString();
                    written.add(path.substring(1).replace('/', '.').replaceAll("\\.\\d+", "[]"));
                }
            }
        }
        // Named by the data: one member for each label.
        written.removeIf(name -> name.startsWith("approaches[].labels."));
        TreeSet<String> documented = new TreeSet<>();
        Pattern row = Pattern.compile("^\\| `([a-z0-9_.\\[\\]]+)` \\|.*");
        for (String line : Files.readAllLines(ROOT.resolve("docs/bench-report.md"))) {
            Matcher matcher = row.matcher(line);
            if (matcher.matches()) {
                documented.add(matcher.group(1));
            }
        }
        assertThat(written).isEqualTo(documented);
    }

    @Test
    void aSpreadsheetGetsALineForEachApproachWithAsManyFieldsAsTheHeader() throws IOException {
        List<String> lines = write(Reports.full(5), "report.csv").lines().toList();
        assertThat(lines).hasSize(9);
        int columns = fields(lines.getFirst());
        assertThat(lines).allSatisfy(line -> assertThat(fields(line)).as(line).isEqualTo(columns));
        assertThat(lines.get(1)).startsWith("python-single,distilbert,false,batch,measured,,1000,3,50,45,");
    }

    private static int fields(String line) {
        int fields = 1;
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            quoted ^= c == '"';
            fields += c == ',' && !quoted ? 1 : 0;
        }
        return fields;
    }

    @Test
    void thePageIsWellFormedAndWhatItRefersToIsThere() throws IOException {
        String page = write(Reports.full(30), "report.html");
        String body = page.substring(page.indexOf("<body>"));
        Deque<String> open = new ArrayDeque<>();
        List<String> ids = new ArrayList<>();
        List<String> wanted = new ArrayList<>();
        Matcher tag = TAG.matcher(body.replace("</html>", ""));
        while (tag.find()) {
            String name = tag.group(2);
            String attributes = tag.group(3);
            assertThat(attributes.chars().filter(c -> c == '"').count() % 2)
                    .as(tag.group())
                    .isZero();
            Matcher id = Pattern.compile(" id=\"([^\"]*)\"").matcher(attributes);
            if (id.find()) {
                ids.add(id.group(1));
            }
            Matcher labels = Pattern.compile("aria-labelledby=\"([^\"]*)\"").matcher(attributes);
            if (labels.find()) {
                wanted.addAll(List.of(labels.group(1).split(" ")));
            }
            if (tag.group(1).equals("/")) {
                assertThat(open.pop()).as("what </%s> closes", name).isEqualTo(name);
            } else if (!VOID.contains(name) && !attributes.endsWith("/")) {
                open.push(name);
            }
        }
        assertThat(open).isEmpty();
        assertThat(ids).doesNotHaveDuplicates().containsAll(wanted);
        assertThat(wanted).hasSizeGreaterThan(10);
    }

    @Test
    void nothingInThePageIsFetchedFromElsewhereAndNoTextBecomesMarkup() throws IOException {
        String page = write(Reports.full(30), "report.html");
        assertThat(page)
                .doesNotContain("<script", "src=", "href=", "url(", "@import", "\u0001")
                .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;quotes&quot;")
                .contains("prefers-color-scheme: dark", "@media print");
        // Everything that is not a picture of a figure is also there to be heard.
        assertThat(Pattern.compile("<svg class").matcher(page).results().count())
                .isEqualTo(
                        Pattern.compile("role=\"img\"").matcher(page).results().count())
                .isGreaterThan(6);
    }

    @Test
    void seededWeightsAndPublishedFiguresAreNamedAsSuch() throws IOException {
        String page = write(Reports.full(0), "report.html");
        assertThat(page)
                .contains("Seeded weights.", "published, another machine", Published.SOURCE)
                .contains("Go + MetaCall, 8 workers, batches of 32");
    }

    @Test
    void disagreementsBeyondTheAllowanceAreRedAndThoseWithinAreNot() throws IOException {
        String failed = write(Reports.full(30), "report.html");
        assertThat(failed)
                .contains("notice bad", "<td class=\"text bad\"><strong>30 of 1,000 differ")
                .contains("Rows that decant-onnx-int8 labels otherwise");
        assertThat(Reports.full(30).verdict()).isEqualTo(ComparisonReport.Verdict.DISAGREED);
        String passed = write(Reports.full(5), "report.html");
        assertThat(passed).contains("<td class=\"text differ\">5 of 1,000 differ from python-single; 20 allowed");
        // The approach that broke is still told.
        assertThat(Reports.full(5).verdict()).isEqualTo(ComparisonReport.Verdict.BROKEN);
    }

    @Test
    void theSummarySaysWhoIsAheadAndWhereDecantIsNot() {
        List<String> ahead = new SummaryWords(Reports.full(0)).sentences();
        assertThat(ahead.getFirst())
                .isEqualTo("decant-onnx-int8 is the fastest with distilbert: 143 texts a second, 7.1 times what"
                        + " python-single does (20.0), in 150 MB of memory against 1,100 MB.");
        assertThat(ahead).anyMatch(sentence -> sentence.startsWith("No Python approach with the same weights"));

        List<String> behind = new SummaryWords(Reports.with(List.of(
                        Reports.measured("python-single", "m", false, 10, 100_000_000, Optional.empty()),
                        Reports.measured(
                                "decant-python", "m", false, 20, 200_000_000, Optional.of(Reports.agreement(0, 0))))))
                .sentences();
        assertThat(behind)
                .contains("Where Decant is behind: decant-python is slower than python-single (50.0 against 100 texts a"
                        + " second); decant-python takes more memory than python-single (200 MB against 100 MB).");
    }

    @Test
    void aComparisonInWhichNothingRanStillHasItsPage() throws IOException {
        ComparisonReport nothing = Reports.with(List.of(new ApproachResult(
                "python-single",
                "d",
                "m",
                false,
                ApproachResult.Timed.BATCH,
                new ApproachResult.Unavailable("torch is not installed"))));
        assertThat(write(nothing, "report.html")).contains("Nothing ran.", "torch is not installed");
        assertThat(nothing.verdict()).isEqualTo(ComparisonReport.Verdict.NOTHING);
    }

    @Test
    void aServersTimesAreToldAsThoseOfRequestsAndItsClientsWorkBesideThem() throws IOException {
        String page = write(Reports.full(0), "report.html");
        assertThat(page)
                .contains("Time of a batch, or of a request", "<span>of a request</span>", "a request</tspan>")
                .contains("HTTP requests at once, one server", "16 requests in flight at once")
                .contains("0.50 s of CPU time beside the server&#39;s 16.0 s");
        assertThat(new SummaryWords(Reports.full(0)).sentences())
                .contains(
                        "Over HTTP, with 16 requests at once and a text in each, decant-serve answers 125 texts a second"
                                + " with distilbert in 160 MB: half of them within 12.5 ms, 99 % within 48.0 ms.")
                .anyMatch(sentence -> sentence.startsWith("Doing more at once costs 10 MB for each worker more of"
                        + " decant-onnx-int8, under 3 MB for each request more of decant-serve"));
    }

    @Test
    void noFileNamesAFolderOfTheMachine() throws IOException {
        ApproachResult full = Reports.full(0).results().getFirst();
        Agreement failed = new Agreement(
                "python-single",
                1000,
                1,
                1,
                0,
                List.of(new Agreement.Disagreement(1, "a wine", "GOOD", "", "cannot read /home/me/a/model.onnx")));
        ScalingSeries.Point point =
                new ScalingSeries.Point(1, 1, List.of(), Optional.of("'/home/me/my venv/python' is not there"));
        ComparisonReport report = Reports.full(0)
                .with(
                        List.of(
                                full.with(new ApproachResult.Unavailable("no /home/me/venv/bin/python: install it")),
                                full.with(new ApproachResult.Broken(
                                        "ended with exit code 1: /home/me/x/y.so: no",
                                        List.of("File \"/home/me/x/y.py\""))),
                                Reports.measured("decant-serve", "m", false, 10, 1, Optional.of(failed))),
                        List.of(new ScalingSeries("decant-serve", "request", List.of(point, point, point))));
        for (String name : List.of("report.json", "report.csv", "report.html")) {
            assertThat(write(report, name)).as(name).doesNotContain("/home/").contains("no …/python: install it");
        }
        assertThat(write(report, "report.html"))
                .contains("none: cannot read …/model.onnx", "y.so: no", "is not there")
                .contains("1 of 1,000 differ from python-single, 1 of them without a label; 0 allowed");
    }
}
