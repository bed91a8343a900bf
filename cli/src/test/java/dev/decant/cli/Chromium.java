package dev.decant.cli;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// The system's own Chromium; tests skip where there is none.
record Chromium(Playwright playwright, Browser browser) implements AutoCloseable {
    /// A machine may be busy; a browser waits no longer than it must.
    private static final double DEADLINE_MILLIS = TimeUnit.SECONDS.toMillis(60);

    static Chromium start() {
        Optional<Path> program = Stream.concat(
                        Stream.ofNullable(System.getProperty("decant.chromium")).map(Path::of),
                        Stream.of("chromium", "chromium-browser", "google-chrome")
                                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                                        .map(folder -> Path.of(folder, name))))
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(
                program.isPresent(), "no Chromium on the PATH (Debian: apt-get install chromium), nor decant.chromium");
        PlaywrightAssertions.setDefaultAssertionTimeout(DEADLINE_MILLIS);
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        // Its sandbox needs rights that a container may not have; it sees our own page only.
        return new Chromium(
                playwright,
                playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(program.orElseThrow())
                                .setArgs(List.of("--no-sandbox"))));
    }

    /// A page in a profile of its own; whatever it complains of goes to `complaints`.
    Page open(String url, Browser.NewContextOptions options, List<String> complaints) {
        Page page = browser.newContext(options).newPage();
        page.setDefaultTimeout(DEADLINE_MILLIS);
        page.onConsoleMessage(message -> complain(message, complaints));
        page.onPageError(complaints::add);
        page.navigate(url);
        return page;
    }

    private static void complain(ConsoleMessage message, List<String> complaints) {
        if (message.type().equals("error") || message.type().equals("warning")) {
            complaints.add(message.text());
        }
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
