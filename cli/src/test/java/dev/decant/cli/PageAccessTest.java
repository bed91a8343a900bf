package dev.decant.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The page for those who use a keyboard, a screen reader, a small or a dark screen.
class PageAccessTest extends ServedPage {
    private static final Set<String> NAMED = Set.of(
            "button", "textbox", "combobox", "checkbox", "link", "progressbar", "image", "region", "table", "list");

    /// Texts whose contrast with what is behind them is below 4.5, as the browser computes the colours.
    private static final String LOW_CONTRAST = """
            () => {
                const channels = color => color.match(/[\\d.]+/g).map(Number);
                const luminance = color => {
                    const [r, g, b] = channels(color).map(c => c / 255)
                        .map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
                    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
                };
                const behind = element => {
                    for (let e = element; e; e = e.parentElement) {
                        const color = getComputedStyle(e).backgroundColor;
                        if (channels(color)[3] !== 0) {
                            return color;
                        }
                    }
                    return 'rgb(255, 0, 255)';
                };
                const low = [];
                const check = (what, color, ground) => {
                    const [light, dark] = [luminance(color), luminance(ground)].sort((a, b) => b - a);
                    const ratio = (light + 0.05) / (dark + 0.05);
                    if (ratio < 4.5) {
                        low.push(`${what}: ${color} on ${ground}: ${ratio.toFixed(2)}`);
                    }
                };
                const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                let checked = 0;
                while (walker.nextNode()) {
                    const element = walker.currentNode.parentElement;
                    if (walker.currentNode.data.trim() && element.checkVisibility() && !element.closest('script, option')) {
                        check(walker.currentNode.data.trim(), getComputedStyle(element).color, behind(element));
                        checked++;
                    }
                }
                const text = document.getElementById('text');
                check('placeholder', getComputedStyle(text, '::placeholder').color, behind(text));
                return checked < 30 ? [`only ${checked} texts`] : low;
            }""";

    /// Brings the page where all of its parts are shown.
    private static void fill(Page page) {
        page.locator("#text").fill("A superb, long finish.");
        assertThat(page.locator("#text-label")).hasText("POSITIVE");
        page.locator("#file").setInputFiles(file("r.csv", "id,review\n1,Fine.\n2,Sour.\n3,\n"));
        label(page);
        page.locator("#live-details summary").click();
        assertThat(page.locator("#models th")).isVisible();
    }

    private Page open(ColorScheme scheme, int width) {
        return open(new Browser.NewContextOptions().setColorScheme(scheme).setViewportSize(width, 740));
    }

    @ParameterizedTest
    @EnumSource(names = {"LIGHT", "DARK"})
    void textsStandOutInBothSchemes(ColorScheme scheme) {
        Page page = open(scheme, 1280);
        assertThat((List<?>) page.evaluate(LOW_CONTRAST))
                .as("low contrast at first")
                .isEmpty();
        fill(page);
        assertThat((List<?>) page.evaluate(LOW_CONTRAST))
                .as("low contrast with answers")
                .isEmpty();
        page.locator("#text").fill("x".repeat(100_001));
        assertThat(page.locator("#text-fault")).isVisible();
        assertThat((List<?>) page.evaluate(LOW_CONTRAST))
                .as("low contrast with a fault")
                .isEmpty();
        expectComplaint("422");
        String ground = (String) page.evaluate("getComputedStyle(document.body).backgroundColor");
        assertThat(ground).startsWith(scheme == ColorScheme.DARK ? "rgb(21," : "rgb(250,");
    }

    @Test
    void itFitsAPhone() {
        Page page = open(ColorScheme.LIGHT, 320);
        fill(page);
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(320);
        assertThat((List<?>) page.evaluate("""
                () => [...document.querySelectorAll('button, a.primary, input, select, textarea, figure, h2')]
                    .filter(element => element.checkVisibility())
                    .filter(element => element.getBoundingClientRect().right > innerWidth)
                    .map(element => element.outerHTML)"""))
                .as("what reaches beyond the screen")
                .isEmpty();
    }

    @Test
    void everyControlHasItsRoleAndName() {
        Page page = open();
        fill(page);
        List<String> nameless = new ArrayList<>();
        List<String> roles = new ArrayList<>();
        JsonObject tree = page.context().newCDPSession(page).send("Accessibility.getFullAXTree");
        for (JsonElement element : tree.getAsJsonArray("nodes")) {
            JsonObject node = element.getAsJsonObject();
            if (node.get("ignored").getAsBoolean()) {
                continue;
            }
            String role = value(node, "role");
            roles.add(role);
            if (NAMED.contains(role) && value(node, "name").isBlank() && !role.equals("list")) {
                nameless.add(node.toString());
            }
        }
        assertThat(nameless).isEmpty();
        assertThat(roles)
                .contains("banner", "main", "contentinfo", "navigation", "status", "image", "table", "rowheader");
        assertThat((List<?>) page.evaluate("""
                () => [...document.querySelectorAll('[id]')].map(element => element.id)
                    .filter((id, index, all) => all.indexOf(id) !== index)""")).as("ids that are there twice").isEmpty();
        assertThat((List<?>) page.evaluate("""
                () => [...document.querySelectorAll('[for], [aria-labelledby], [aria-describedby]')].flatMap(element =>
                    ['for', 'aria-labelledby', 'aria-describedby'].flatMap(name => (element.getAttribute(name) ?? '').split(' ')))
                    .filter(id => id && !document.getElementById(id))"""))
                .as("ids that are named and not there")
                .isEmpty();
        assertThat((List<?>) page.evaluate("() => [...document.querySelectorAll('h1, h2')].map(h => h.tagName)"))
                .first()
                .isEqualTo("H1");
    }

    private static String value(JsonObject node, String property) {
        JsonObject object = node.getAsJsonObject(property);
        return object == null || object.get("value") == null
                ? ""
                : object.get("value").getAsString();
    }

    @Test
    void theKeyboardReachesEverythingInOrderAndIsSeen() {
        Page page = open();
        assertThat(page.locator("#models th")).isVisible();
        List<String> reached = new ArrayList<>();
        while (reached.size() < 40) {
            page.keyboard().press("Tab");
            String at = (String) page.evaluate("""
                    () => {
                        const element = document.activeElement;
                        if (element === document.body) {
                            return '';
                        }
                        const shown = element.id === 'file' ? element.nextElementSibling : element;
                        const style = getComputedStyle(shown);
                        const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
                        return (seen ? '' : 'unseen ') + (element.id || element.ariaLabel || element.textContent.trim());
                    }""");
            if (at.isEmpty()) {
                break;
            }
            reached.add(at);
        }
        assertThat(reached)
                .containsExactly(
                        "Skip to the text",
                        "text",
                        "Classify",
                        "A superb, long finish.",
                        "Thin and sour, and far too dear.",
                        "Not bad at all, once it has had some air.",
                        "file",
                        "live-pause",
                        "These figures as a table",
                        "Models",
                        "OpenAPI",
                        "metrics-link",
                        "Readiness");
    }

    @Test
    void aTextIsClassifiedByKeysAlone() {
        Page page = open();
        page.keyboard().press("Tab");
        page.keyboard().press("Enter");
        assertThat(page.locator("#text")).isFocused();
        page.keyboard().type("Thin and sour.");
        page.keyboard().press("Control+Enter");
        assertThat(page.locator("#text-label")).hasText("NEGATIVE");
        assertThat(page.locator("#text")).hasValue("Thin and sour.");
    }

    @Test
    void nothingMovesForThoseWhoAskForThat() {
        Page page = open(new Browser.NewContextOptions().setReducedMotion(ReducedMotion.REDUCE));
        fill(page);
        assertThat((List<?>) page.evaluate("""
                () => [...document.querySelectorAll('*')].filter(element => {
                    const style = getComputedStyle(element);
                    return style.animationName !== 'none'
                        || style.transitionProperty !== 'none' && style.transitionDuration !== '0s';
                }).map(element => element.outerHTML)""")).isEmpty();
    }
}
