package dev.decant.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What the page says when the server wants a key, has no room, refuses or is gone, and that several models can answer.
class PageFaultsTest extends ServedPage {
    private static final String KEY = "the-right-key";

    @Override
    List<String> options() throws IOException {
        Path keys = Files.writeString(folder.resolve("keys.txt"), KEY + "\n");
        String model = Cli.root().resolve("models/sst2-minilm").toString();
        return List.of(
                "--api-key-file",
                keys.toString(),
                "--max-body-bytes",
                "150000",
                "--model",
                "first=" + model,
                "--model",
                "second=" + model);
    }

    private Page unlocked() {
        Page page = open();
        page.locator("#key").fill(KEY);
        page.keyboard().press("Enter");
        assertThat(page.locator("#key-form")).isHidden();
        expectComplaint("401");
        return page;
    }

    @Test
    void theKeyIsAskedForOnceInATab() {
        Page page = open();
        assertThat(page.locator("#key-form")).isVisible();
        page.locator("#key").fill("a-wrong-key");
        button(page, "Use it").click();
        assertThat(page.locator("#key-fault")).hasText("The server does not know this key.");
        page.locator("#text").fill("A superb, long finish.");
        assertThat(page.locator("#text-fault")).containsText("wants an API key");
        page.locator("#key").fill(KEY);
        page.locator("#key").press("Enter");
        assertThat(page.locator("#key-form")).isHidden();
        // What had to wait for the key is done by itself.
        assertThat(page.locator("#text-label")).hasText("POSITIVE");
        assertThat(page.locator("#text-fault")).isHidden();
        expectComplaint("401");
        page.reload();
        assertThat(page.locator("#models td").filter(new Locator.FilterOptions().setHasText("NEGATIVE, POSITIVE")))
                .hasCount(2);
        assertThat(page.locator("#key-form")).isHidden();
    }

    @Test
    void theChosenModelAnswersTextsAndFiles() throws IOException {
        Page page = unlocked();
        assertThat(page.locator("#model option")).hasText(new String[] {"first", "second"});
        page.locator("#model").selectOption("second");
        Request text = page.waitForRequest(
                Pattern.compile(".*/models/.*"), () -> page.locator("#text").fill("Fine."));
        assertThat(text.url()).endsWith("/models/second");
        assertThat(page.locator("#text-label")).hasText("POSITIVE");
        page.locator("#file").setInputFiles(file("r.csv", "review\nSour.\n"));
        Request job = page.waitForRequest(Pattern.compile(".*/v1/jobs\\?.*"), () -> label(page));
        assertThat(job.url()).contains("model=second");
        assertThat(page.locator("#models tr").nth(1).locator("td").last()).not().hasText("0");
    }

    @Test
    void aBusyServerIsAskedAgainWhenItSaysSo() {
        Page page = unlocked();
        AtomicBoolean full = new AtomicBoolean(true);
        page.route("**/models/*", route -> {
            if (full.get()) {
                route.fulfill(new Route.FulfillOptions()
                        .setStatus(429)
                        .setHeaders(Map.of("retry-after", "1", "content-type", "application/json"))
                        .setBody("{\"error\":\"the queue is full\",\"error_type\":\"Overloaded\"}"));
            } else {
                route.resume();
            }
        });
        page.locator("#text").fill("A superb, long finish.");
        assertThat(page.locator("#text-fault"))
                .hasText("The server is busy and takes no more for the moment: the queue is full. Room is expected in a"
                        + " second. Trying again then.");
        full.set(false);
        assertThat(page.locator("#text-label")).hasText("POSITIVE");
        assertThat(page.locator("#text-fault")).isHidden();
        expectComplaint("429");
    }

    @Test
    void aTextThatIsTooLongIsToldInPlainWords() {
        Page page = unlocked();
        page.locator("#text").fill("x".repeat(100_001));
        assertThat(page.locator("#text-fault")).hasText(Pattern.compile("The server cannot use this: .*100000.*"));
        expectComplaint("422");
        page.locator("#text").fill("x".repeat(150_000));
        assertThat(page.locator("#text-fault"))
                .hasText(Pattern.compile("This is more than the server takes at once: .*"));
        expectComplaint("413");
        page.locator("#text").fill("Fine.");
        assertThat(page.locator("#text-fault")).isHidden();
    }

    @Test
    void aFileThatCannotBeUsedSaysWhyBeforeItIsSent() {
        Page page = unlocked();
        record Unusable(String name, String content, String told) {}
        for (Unusable unusable : List.of(
                new Unusable("empty.csv", " \n", "empty.csv is empty."),
                new Unusable("list.json", "[{\"a\":1}]", "list.json is one JSON array."),
                new Unusable("photo.csv", "\u0000\u0001", "does not look like text"),
                new Unusable("a.parquet", "PAR1", "decant classify"),
                new Unusable("broken.jsonl", "{a\n", "no JSON object"))) {
            drop(page, unusable.name, unusable.content);
            assertThat(page.locator("#file-fault")).containsText(unusable.told);
            assertThat(page.locator("#job-form")).isHidden();
        }
        // Nothing of it stays.
        drop(page, "fine.csv", "text\nFine.\n");
        assertThat(page.locator("#file-fault")).isHidden();
        assertThat(button(page, "Label the file")).isVisible();
    }

    @Test
    void aServerThatIsGoneIsSaidToBe() {
        Page page = unlocked();
        page.context().setOffline(true);
        assertThat(page.locator("#state")).hasText("Unreachable");
        page.locator("#text").fill("Fine.");
        assertThat(page.locator("#text-fault")).hasText("The server cannot be reached. Is it still running?");
        page.locator("#file").setInputFiles(file("r.csv", "review\nSour.\n"));
        button(page, "Label the file").click();
        assertThat(page.locator("#file-fault")).hasText("The server cannot be reached. Is it still running?");
        page.context().setOffline(false);
        assertThat(page.locator("#state")).hasText("Ready");
        label(page);
        expectComplaint("ERR_INTERNET_DISCONNECTED");
    }
}
