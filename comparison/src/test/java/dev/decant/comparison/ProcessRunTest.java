package dev.decant.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.decant.metrics.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessRunTest {
    private static final String SPIN = "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done";

    @TempDir
    private Path folder;

    @BeforeAll
    static void needsProc() {
        assumeTrue(Files.exists(Path.of("/proc/self/smaps_rollup")), "skipped, no /proc/self/smaps_rollup");
    }

    private Observation run(Duration limit, Map<String, String> set, Set<String> unset, String script)
            throws IOException, InterruptedException {
        ProcessRun run = new ProcessRun(limit, SamplingPolicy.ADAPTIVE, Ticker.SYSTEM, InstantSource.system());
        return run.watch(
                new Launch(List.of("sh", "-c", script), set, unset), folder.resolve("printed.txt"), Optional.empty());
    }

    private Observation run(String script) throws IOException, InterruptedException {
        return run(Duration.ofMinutes(2), Map.of(), Set.of(), script);
    }

    @Test
    void aRunThatEndsWellHasItsTimeItsCpuTimeAndItsMemory() throws Exception {
        Observation.Ended ended = (Observation.Ended) run(SPIN);
        assertThat(ended.wallSeconds()).isPositive();
        assertThat(ended.usage().cpuSeconds()).isBetween(0.001, ended.wallSeconds() * 1.2 + 0.1);
        assertThat(ended.memory().peakPss()).isPositive().isLessThan(1L << 30);
        assertThat(ended.memory().peakUss()).isLessThanOrEqualTo(ended.memory().peakPss());
        assertThat(ended.memory().taken())
                .isGreaterThanOrEqualTo(ended.memory().samples().size());
    }

    @Test
    void theCpuTimeOfAGrandchildThatIsGoneIsCounted() throws Exception {
        Observation.Ended idle = (Observation.Ended) run("true");
        Observation.Ended busy = (Observation.Ended) run("sh -c '" + SPIN + "'; sh -c '" + SPIN + "'; true");
        assertThat(busy.usage().cpuSeconds()).isGreaterThan(idle.usage().cpuSeconds() * 2);
    }

    @Test
    void aRunThatFailsTellsItsExitCodeAndItsLastLines() throws Exception {
        Observation.Broken broken = (Observation.Broken) run("echo working; echo; echo 'no such model' >&2; exit 7");
        assertThat(broken.reason()).isEqualTo("ended with exit code 7: no such model");
        assertThat(broken.tail()).containsExactly("working", "no such model");
    }

    @Test
    void aProgramThatIsNotThereIsABrokenRun() throws Exception {
        ProcessRun run =
                new ProcessRun(Duration.ofMinutes(1), SamplingPolicy.ADAPTIVE, Ticker.SYSTEM, InstantSource.system());
        Observation seen = run.watch(
                new Launch(List.of(folder.resolve("nothing").toString()), Map.of(), Set.of()),
                folder.resolve("printed.txt"),
                Optional.empty());
        assertThat(seen).isInstanceOf(Observation.Broken.class);
    }

    @Test
    void aRunPastItsTimeIsEndedWithAllItsProcesses() throws Exception {
        Observation seen = run(Duration.ofSeconds(2), Map.of(), Set.of(), "sleep 600 & echo $!; wait");
        assertThat(((Observation.Broken) seen).reason()).startsWith("not done after 2 s (--timeout)");
        String printed = Files.readString(folder.resolve("printed.txt")).strip();
        assertThat(printed).as("the grandchild said its number").matches("\\d+");
        var grandchild = ProcessHandle.of(Long.parseLong(printed));
        if (grandchild.isPresent()) {
            grandchild.get().onExit().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void variablesAreSetAndUnset() throws Exception {
        Observation seen = run(
                Duration.ofMinutes(1),
                Map.of("DECANT_TEST", "given"),
                Set.of("PWD", "HOME"),
                "[ \"$DECANT_TEST\" = given ] && [ -z \"$HOME\" ]");
        assertThat(seen).isInstanceOf(Observation.Ended.class);
    }

    private Observation asked(Duration limit, Client client, String script) throws IOException, InterruptedException {
        ProcessRun run = new ProcessRun(limit, SamplingPolicy.ADAPTIVE, Ticker.SYSTEM, InstantSource.system());
        return run.watch(
                new Launch(List.of("sh", "-c", script), Map.of(), Set.of()),
                folder.resolve("printed.txt"),
                Optional.of(client));
    }

    /// Waits for a line of the process, as a client waits for its server.
    private static void until(String line, Process process, Path printed) throws IOException, InterruptedException {
        while (!Files.readString(printed).contains(line)) {
            assertThat(process.waitFor(1, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    @Test
    void aServerIsToldToEndWhenItsClientIsDone() throws Exception {
        Observation seen = asked(
                Duration.ofMinutes(1),
                (process, printed, deadline) -> until("ready", process, printed),
                "trap 'echo ending; exit 0' TERM; echo ready; sleep 600 & wait");
        assertThat(seen).isInstanceOf(Observation.Ended.class);
        assertThat(ProcessRun.tail(folder.resolve("printed.txt"))).containsExactly("ready", "ending");
    }

    @Test
    void aServerThatDoesNotEndIsEndedByForceAndSaid() throws Exception {
        Observation.Broken broken = (Observation.Broken) asked(
                Duration.ofSeconds(2),
                (process, printed, deadline) -> until("ready", process, printed),
                "trap '' TERM; echo ready; sleep 600");
        assertThat(broken.reason())
                .isEqualTo("all rows were answered, but the server did not end within 2 s of SIGTERM; ended by force");
    }

    @Test
    void whatTheClientFindsWrongIsTheRunsFault() throws Exception {
        Client client = (process, printed, deadline) -> {
            throw new IOException("no answer");
        };
        Observation.Broken broken = (Observation.Broken) asked(Duration.ofMinutes(1), client, "exec sleep 600");
        assertThat(broken.reason()).isEqualTo("no answer; ended by force");
    }
}
