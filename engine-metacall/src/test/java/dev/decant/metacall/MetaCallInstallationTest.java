package dev.decant.metacall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where MetaCall is looked for; no MetaCall is needed for it.
final class MetaCallInstallationTest {
    private static final String LIBRARY = System.mapLibraryName("metacall");
    private static final String LOADER = System.mapLibraryName("py_loader");

    @TempDir
    Path folder;

    private Path make(String name, String... files) throws IOException {
        Path made = Files.createDirectories(folder.resolve(name));
        for (String file : files) {
            Path ignored = Files.createFile(made.resolve(file));
        }
        return made;
    }

    @Test
    void aFolderOrItsLibHasIt() throws Exception {
        Path lib = make("a/lib", LIBRARY, LOADER);
        MetaCallInstallation expected = new MetaCallInstallation(lib.resolve(LIBRARY));
        assertThat(MetaCallInstallation.find(lib, Map.of())).isEqualTo(expected);
        assertThat(MetaCallInstallation.find(folder.resolve("a"), Map.of())).isEqualTo(expected);
    }

    @Test
    void withoutAFolderTheVariablesSayWhereInMetaCallsOrder() throws Exception {
        Path first = make("first", LIBRARY, LOADER);
        Path second = make("second", LIBRARY, LOADER);
        Path third = make("third", LIBRARY, LOADER);
        Map<String, String> all = Map.of(
                "METACALL_INSTALL_PATH",
                first.toString(),
                "LOADER_LIBRARY_PATH",
                second.toString(),
                "LD_LIBRARY_PATH",
                folder.resolve("none") + ":" + third);
        assertThat(MetaCallInstallation.find(null, all).library()).isEqualTo(first.resolve(LIBRARY));
        Files.delete(first.resolve(LIBRARY));
        assertThat(MetaCallInstallation.find(null, all).library()).isEqualTo(second.resolve(LIBRARY));
        assertThat(MetaCallInstallation.find(null, Map.of("LD_LIBRARY_PATH", folder.resolve("none") + ":" + third))
                        .library())
                .isEqualTo(third.resolve(LIBRARY));
    }

    @Test
    void oneLineSaysHowToGetWhatIsMissing() throws Exception {
        Path empty = make("empty");
        assertThatThrownBy(() -> MetaCallInstallation.find(empty, Map.of("METACALL_INSTALL_PATH", folder.toString())))
                .isInstanceOf(MetaCallStartException.class)
                .message()
                .startsWith("there is no " + LIBRARY + " in " + empty + " or its lib: install MetaCall")
                .contains("--metacall FOLDER", "METACALL_INSTALL_PATH")
                .hasLineCount(1);
        Path bare = make("bare", LIBRARY);
        assertThatThrownBy(() -> MetaCallInstallation.find(bare, Map.of()))
                .isInstanceOf(MetaCallStartException.class)
                .message()
                .contains("has no Python loader: there is no " + LOADER)
                .hasLineCount(1);
        Path loaders = make("loaders", LOADER);
        assertThat(MetaCallInstallation.find(bare, Map.of("LOADER_LIBRARY_PATH", loaders.toString()))
                        .library())
                .isEqualTo(bare.resolve(LIBRARY));
    }

    @Test
    void aFileThatIsNoLibraryIsNamed() throws Exception {
        Path broken = make("broken", LIBRARY, LOADER);
        MetaCallInstallation installation = MetaCallInstallation.find(broken, Map.of());
        assertThatThrownBy(installation::version)
                .isInstanceOf(MetaCallStartException.class)
                .hasMessageContaining("cannot open " + broken.resolve(LIBRARY));
    }

    @Test
    void anotherLibraryOfThatNameIsNotTakenForMetaCall() throws Exception {
        Path other = make("other", LOADER);
        Path java = Path.of(System.getProperty("java.home"), "lib", System.mapLibraryName("java"));
        Path copy = Files.copy(java, other.resolve(LIBRARY));
        MetaCallInstallation installation = MetaCallInstallation.find(other, Map.of());
        assertThatThrownBy(installation::version)
                .isInstanceOf(MetaCallStartException.class)
                .message()
                .startsWith(copy + " ")
                .hasLineCount(1);
    }
}
