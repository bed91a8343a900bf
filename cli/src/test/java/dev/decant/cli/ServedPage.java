package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The page as Chromium shows it, served by the real program with the model on board.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ServedPage {
    private static final Pattern READY = Pattern.compile("ready on (http://\\S+)");

    Path folder;

    Chromium chromium;
    Program server;
    String url;
    private final List<String> complaints = new ArrayList<>();
    private final List<Page> pages = new ArrayList<>();

    /// What the server is started with.
    List<String> options() throws IOException {
        return List.of();
    }

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException, InterruptedException {
        folder = temporary;
        chromium = Chromium.start();
        List<String> arguments = new ArrayList<>(List.of("serve", "--port", "0"));
        arguments.addAll(options());
        server = Program.start(folder, arguments.toArray(String[]::new));
        assertThat(server.until(() -> READY.matcher(server.said()).find()))
                .as(server.said())
                .isTrue();
        Matcher ready = READY.matcher(server.said());
        assertThat(ready.find()).isTrue();
        url = ready.group(1);
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
        if (chromium != null) {
            chromium.close();
        }
    }

    @AfterEach
    void closePages() {
        pages.forEach(page -> page.context().close());
        pages.clear();
        List<String> said = List.copyOf(complaints);
        complaints.clear();
        assertThat(said).as("the browser's complaints").isEmpty();
    }

    Page open() {
        return open(new Browser.NewContextOptions());
    }

    Page open(Browser.NewContextOptions options) {
        Page page = chromium.open(url, options, complaints);
        pages.add(page);
        return page;
    }

    /// Takes complaints of this kind as right: what the test brings about.
    void expectComplaint(String part) {
        assertThat(complaints).as("complaints of " + part).anyMatch(line -> line.contains(part));
        complaints.removeIf(line -> line.contains(part));
    }

    static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    static FilePayload file(String name, String content) {
        return new FilePayload(name, "", content.getBytes(StandardCharsets.UTF_8));
    }

    /// Drops a file onto the page as a mouse does.
    static void drop(Page page, String name, String content) {
        page.dispatchEvent(
                "#file-panel", "drop", Map.of("dataTransfer", page.evaluateHandle("""
                ([name, content]) => {
                    const transfer = new DataTransfer();
                    transfer.items.add(new File([content], name));
                    return transfer;
                }""", List.of(name, content))));
    }

    /// Labels the file that was chosen, and takes the download.
    static Download label(Page page) {
        button(page, "Label the file").click();
        Locator link = page.locator("#download");
        link.waitFor();
        return page.waitForDownload(link::click);
    }
}
