package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.metacall.MetaCallInstallation;
import dev.decant.metacall.MetaCallStartException;
import dev.decant.python.PythonInstallation;
import dev.decant.python.PythonStartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A user's Python file through MetaCall, from the command line: `--engine metacall` and `doctor`.
class MetaCallTest {
    private static final String PLAIN =
            Cli.root().resolve("examples/python/ml_processor_plain.py").toString();

    @TempDir
    private Path folder;

    private static MetaCallInstallation needed() {
        try {
            return MetaCallInstallation.find(chosen());
        } catch (MetaCallStartException e) {
            return Assumptions.abort("skipped, no usable MetaCall: " + e.getMessage());
        }
    }

    private static @Nullable Path chosen() {
        String named = System.getProperty("decant.metacall");
        return named == null ? null : Path.of(named);
    }

    /// In a JVM of its own, since this one may run Python already.
    private String decant(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("dev.decant.cli.Decant"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--engine", "metacall"));
        Path chosen = chosen();
        if (chosen != null) {
            command.addAll(List.of("--metacall", chosen.toString()));
        }
        return new ChildJvm(folder, Duration.ofMinutes(3)).run(command);
    }

    @Test
    void whereThereIsNoneOneLineSaysHowItIsInstalledAndTheExitCodeIsTwo() {
        String nowhere = folder.toString();
        String told = "there is no " + System.mapLibraryName("metacall") + " in " + nowhere
                + " or its lib: install MetaCall with its Python loader";
        for (String[] command : new String[][] {
            {"classify", "-", "--script", PLAIN, "-o", "-", "--engine", "metacall", "--metacall", nowhere},
            {"run", PLAIN, "--engine", "metacall", "--metacall", nowhere}
        }) {
            Cli cli = Cli.runWith("text\na\n", command);
            assertThat(cli.code()).isEqualTo(ExitCode.UNUSABLE);
            assertThat(cli.out()).isEmpty();
            assertThat(cli.errLines()).singleElement().asString().startsWith("decant: " + told);
        }
        Cli doctor = Cli.run("doctor", "--metacall", nowhere);
        assertThat(doctor.code()).as(doctor.out()).isZero();
        assertThat(doctor.out().lines())
                .filteredOn(line -> line.matches("\\S+ +metacall .*"))
                .singleElement()
                .asString()
                .startsWith("none  metacall   " + told)
                .endsWith("needed only for --engine metacall");
    }

    @Test
    void optionsOfTheOtherEngineAreRefused() {
        for (String[] command : new String[][] {
            {"--engine", "metacall", "--python", "python3", "--python goes with --engine python"},
            {"--metacall", "here", "--metacall FOLDER goes with --engine metacall"},
            {"--engine", "other", "Invalid value for option '--engine'"}
        }) {
            List<String> options = List.of(command).subList(0, command.length - 1);
            for (List<String> start : List.of(List.of("run", PLAIN), List.of("classify", "-", "--script", PLAIN))) {
                List<String> whole = new ArrayList<>(start);
                whole.addAll(options);
                Cli cli = Cli.runWith("text\na\n", whole.toArray(String[]::new));
                assertThat(cli.code()).isEqualTo(ExitCode.UNUSABLE);
                assertThat(cli.err()).contains(command[command.length - 1]);
            }
        }
        assertThat(Cli.runWith("text\na\n", "classify", "-", "--engine", "metacall")
                        .err())
                .contains("name it with --script FILE");
    }

    @Test
    void aScriptGivesTheSameFileThroughMetaCallAsWithoutIt() throws Exception {
        MetaCallInstallation ignored = needed();
        needsPython();
        String reviews = Cli.root().resolve("examples/reviews.csv").toString();
        Path through = folder.resolve("metacall.csv");
        Path without = folder.resolve("python.csv");
        String printed =
                decant("classify", reviews, "--text", "description", "--script", PLAIN, "-o", through.toString());
        assertThat(printed).isEmpty();
        Cli cli = Cli.run("classify", reviews, "--text", "description", "--script", PLAIN, "-o", without.toString());
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(through).hasSameBinaryContentAs(without);
    }

    @Test
    void runListsFunctionsOrCallsOneAsTheEmbeddedPythonDoes() throws Exception {
        MetaCallInstallation ignored = needed();
        needsPython();
        String script = Files.writeString(folder.resolve("values.py"), """
                import array
                def same(*values): return list(values)
                def odd(): return [float("nan"), 2**70, b"ab", array.array("H", [1, 65535]), (None, True), {1: "é"}]
                """).toString();
        for (String[] command : new String[][] {
            {"run", PLAIN},
            {"run", script},
            {"run", script, "same", "[1, 2.5, null]", "\"\\u0000 文\"", "{\"k\": [true]}"},
            {"run", script, "odd"}
        }) {
            assertThat(decant(command)).isEqualTo(Cli.run(command).out());
        }
    }

    @Test
    void aProcessThatRunsPythonRefusesMetaCallInOneLine() throws Exception {
        MetaCallInstallation installation = needed();
        needsPython();
        assertThat(Cli.run("run", PLAIN).code()).isZero(); // Starts Python in this JVM.
        Path lib = installation.library().getParent();
        Cli cli = Cli.run("run", PLAIN, "--engine", "metacall", "--metacall", String.valueOf(lib));
        assertThat(cli.code()).isEqualTo(ExitCode.UNUSABLE);
        assertThat(cli.errLines()).singleElement().asString().contains("this process runs Python already");
    }

    @Test
    void moreThanOneWorkerIsRefused() {
        MetaCallInstallation installation = needed();
        Path lib = installation.library().getParent();
        Cli cli = Cli.runWith(
                "text\na\n",
                "classify",
                "-",
                "--script",
                PLAIN,
                "--engine",
                "metacall",
                "--metacall",
                String.valueOf(lib),
                "--workers",
                "2");
        assertThat(cli.code()).isEqualTo(ExitCode.UNUSABLE);
        assertThat(cli.errLines()).singleElement().asString().contains("MetaCall runs one call at a time");
    }

    @Test
    void doctorSaysWhichMetaCallThereIs() {
        MetaCallInstallation installation = needed();
        Cli doctor = Cli.run(
                "doctor", "--metacall", String.valueOf(installation.library().getParent()));
        assertThat(doctor.out()).containsPattern("(?m)^ok    metacall   \\d+\\.\\d+\\S*, \\S+$");
    }

    private static void needsPython() {
        try {
            PythonInstallation ignored = PythonInstallation.of(PythonInstallation.defaultPython());
        } catch (PythonStartException e) {
            Assumptions.abort("skipped, no usable Python: " + e.getMessage());
        }
    }
}
