package dev.decant.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.RequestOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// What the page is for: texts, files, figures.
class PageTest extends ServedPage {
    private static final String MARKUP = "<img src=x onerror=\"window.broken=1\">";

    @Test
    void aTextIsAnsweredWhileItIsTyped() {
        Page page = open();
        page.locator("#text").pressSequentially("A superb, long finish.");
        assertThat(page.locator("#text-label")).hasText("POSITIVE");
        APIResponse answer = page.request()
                .post(url + "/predict", RequestOptions.create().setData("{\"inputs\":\"A superb, long finish.\"}"));
        Scores scores = new Scores(answer.text());
        for (String label : List.of("NEGATIVE", "POSITIVE")) {
            assertThat(page.locator("#text-bars li").filter(new Locator.FilterOptions().setHasText(label)))
                    .containsText("%.1f%%".formatted(scores.of(label) * 100));
            double width = ((Number) page.locator("#text-bars li")
                            .filter(new Locator.FilterOptions().setHasText(label))
                            .locator("i")
                            .evaluate("bar => parseFloat(bar.style.width)"))
                    .doubleValue();
            assertThat(width).isCloseTo(scores.of(label) * 100, Offset.offset(0.1));
        }
        // For those who do not see it: once, when the typing has paused.
        assertThat(page.locator("#text-said")).containsText("POSITIVE, ");
        page.locator("#text").fill("");
        assertThat(page.locator("#text-result")).isHidden();
    }

    /// Scores by label in TEI's answer.
    private record Scores(String json) {
        double of(String label) {
            var matcher = Pattern.compile("\\{\"score\":([^,]+),\"label\":\"" + label + "\"}")
                    .matcher(json);
            assertThat(matcher.find()).as(json).isTrue();
            return Double.parseDouble(matcher.group(1));
        }
    }

    @Test
    void aFileIsLabelledToTheSameBytesAsByClassify() throws IOException {
        Path input = Cli.shared("wine_reviews_1000.csv");
        Path expected = folder.resolve("expected.csv");
        assertThat(Cli.run("classify", input.toString(), "--text", "description", "-o", expected.toString())
                        .code())
                .isZero();
        Page page = open();
        page.locator("#file").setInputFiles(input);
        assertThat(page.locator("#column")).hasValue("1");
        assertThat(page.locator("#glimpse li").first()).hasText("wine wasn’t that good it needs improvement");
        button(page, "Label the file").click();
        assertThat(page.locator("#done-title")).isFocused();
        Download download = page.waitForDownload(() -> page.locator("#download").click());
        assertThat(download.suggestedFilename()).isEqualTo("wine_reviews_1000.labelled.csv");
        assertThat(download.path()).hasSameBinaryContentAs(expected);
        assertThat(page.locator("#done-title")).hasText(Pattern.compile("1,000 rows in .*"));
        assertThat(page.locator("#done-rows")).hasText("1,000 scored, none failed.");
        assertThat(page.locator("#done-bars li")).hasCount(2);
        assertThat(page.locator("#preview tbody tr")).hasCount(6);
    }

    @Test
    void aDroppedJsonLinesFileAccountsForItsBadRows() throws IOException {
        Page page = open();
        drop(page, "notes.jsonl", """
                {"id":1,"note":"A superb, long finish."}
                not json
                {"id":3,"note":""}
                {"id":4,"note":"Thin and sour."}
                """);
        assertThat(page.locator("#header-check")).isHidden();
        page.locator("#column").selectOption("note");
        page.locator("#scores").check();
        List<String> lines = Files.readAllLines(label(page).path());
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0))
                .startsWith("{\"id\":1,\"note\":")
                .contains("\"label\":\"POSITIVE\"", "\"score_NEGATIVE\":");
        assertThat(lines.get(3)).contains("\"label\":\"NEGATIVE\"");
        assertThat(page.locator("#done-rows"))
                .hasText(
                        "2 scored, 1 failed (the reason is in the column “error”), 1 skipped, since there was no text.");
    }

    @Test
    void namesAndTextsAreNeverMarkup() throws IOException {
        Page page = open();
        String name = MARKUP.replace("\"", "\"\"");
        page.locator("#file")
                .setInputFiles(file("a" + MARKUP.replace("\"", "'").replace("/", "") + ".csv", """
                        "%1$s",label
                        "A fine wine %1$s",1
                        """.formatted(name)));
        assertThat(page.locator("#column option").first()).hasText(MARKUP);
        // The file has a column 'label' of its own.
        assertThat(page.locator("#prefix-hint")).containsText("decant_label");
        assertThat(Files.readString(label(page).path(), StandardCharsets.UTF_8)).contains("decant_label");
        page.locator("#text").fill(MARKUP);
        assertThat(page.locator("#text-result")).isVisible();
        assertThat(page.locator("#preview td").first()).containsText(MARKUP);
        assertThat(page.locator("img")).hasCount(0);
        assertThat(page.evaluate("window.broken === undefined")).isEqualTo(true);
    }

    @Test
    void aFileWithoutAHeaderIsAskedForByNumber() throws IOException {
        Page page = open();
        page.locator("#file").setInputFiles(file("plain.tsv", "1\tA superb wine.\n2\tSour.\n"));
        page.locator("#header").uncheck();
        assertThat(page.locator("#column")).hasText(Pattern.compile("Column 1\\s*Column 2"));
        assertThat(page.locator("#column")).hasValue("1");
        List<String> lines = Files.readAllLines(label(page).path());
        assertThat(lines.getLast()).startsWith("2\tSour.\tNEGATIVE\t");
    }

    @Test
    void aJobCanBeCancelled() {
        Page page = open();
        // Each one different, so that none takes the answer of another.
        String rows = IntStream.range(0, 20_000)
                .mapToObj("A wine like any other of number %d.\n"::formatted)
                .collect(Collectors.joining());
        page.locator("#file").setInputFiles(file("long.csv", "text\n" + rows));
        button(page, "Label the file").click();
        assertThat(button(page, "Cancel")).isFocused();
        assertThat(page.locator("#job-rows")).hasText(Pattern.compile("[1-9][\\d,]* of 20,000 rows"));
        button(page, "Cancel").click();
        assertThat(button(page, "Label the file")).isFocused();
        assertThat(page.locator("#file-said")).hasText("Cancelled.");
        page.waitForCondition(() -> page.request().get(url + "/v1/jobs").text().contains("\"state\":\"failed\""));
    }

    @Test
    void theChartsShowWhatTheServerDoes() {
        Page page = open();
        assertThat(page.locator(".chart")).hasCount(5);
        // A rate needs two looks at the counters.
        page.waitForFunction("() => document.querySelector('.chart path.first').getAttribute('d')");
        page.evaluate("""
                async () => {
                    for (let i = 0; i < 40; i++) {
                        await fetch('predict', {method: 'POST', body: JSON.stringify({inputs: `Wine number ${i}.`})});
                    }
                    await fetch('predict', {method: 'POST', body: '{'});
                }""");
        expectComplaint("400");
        for (String figure :
                List.of("Requests a second: answered", "Latency: median", "Texts in a batch:", "Memory: process")) {
            page.waitForFunction(
                    "figure => [...document.querySelectorAll('.chart svg')].some(chart =>"
                            + " chart.getAttribute('aria-label').startsWith(figure)"
                            + " && parseFloat(chart.getAttribute('aria-label').split('highest ')[1]) > 0)",
                    figure);
        }
        page.locator(".chart svg").first().hover();
        assertThat(page.locator("#live-hint")).hasText(Pattern.compile("\\d+ s ago"));
        page.locator("#live-details summary").click();
        assertThat(page.locator("#live-table tr")).hasCount(9);
        assertThat(page.locator("#live-table tr")
                        .filter(new Locator.FilterOptions().setHasText("refused"))
                        .locator("td")
                        .last())
                .not()
                .hasText("0");
        button(page, "Pause").click();
        assertThat(button(page, "Go on")).hasAttribute("aria-pressed", "true");
        assertThat(page.locator("#models tr")).hasCount(1);
        assertThat(page.locator("#models tr")).containsText("ready");
        assertThat(page.locator("#models tr")).containsText("NEGATIVE, POSITIVE");
    }

    @Test
    void nothingButItsOwnFilesMayRun() {
        Page page = open();
        var response = page.reload();
        assertThat(response.headerValue("content-security-policy"))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(response.headerValue("x-content-type-options")).isEqualTo("nosniff");
        assertThat(page.request().get(url + "/page/nothing.js").status()).isEqualTo(404);
        assertThat(page.request().get(url + "/page/..%2Fopenapi.json").status()).isEqualTo(404);
    }
}
