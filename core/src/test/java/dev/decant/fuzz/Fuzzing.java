package dev.decant.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// One fuzz target: a public class with `public static void fuzzerTestOneInput(byte[])`, which throws where an input
/// breaks what is promised.
///
/// Its seeds lie in `src/test/resources/fuzz/NAME` of its module; an input that once found something stays there. A run
/// is a JVM of its own with a small heap, since taking too much memory is a finding too.
///
/// System properties: `decant.fuzz.seconds` makes the run as long as that, and keeps what it learns in
/// `target/fuzz/NAME`; `decant.fuzz.target` runs that one only; `decant.seed` is the seed of all its randomness.
public final class Fuzzing {
    private static final String MODULE = "dev.decant.**";
    private static final Pattern DONE = Pattern.compile("Done (\\d+) runs");

    private final Class<?> target;
    private final Path seeds;

    public Fuzzing(Class<?> target) {
        this.target = target;
        seeds = Path.of("src/test/resources/fuzz", target.getSimpleName()).toAbsolutePath();
    }

    /// Gives each seed to the target, in this JVM. How many there are.
    public int replay() throws Exception {
        Method method = target.getMethod("fuzzerTestOneInput", byte[].class);
        List<Path> inputs;
        try (Stream<Path> files = Files.list(seeds)) {
            inputs = files.sorted().toList();
        }
        for (Path input : inputs) {
            try {
                method.invoke(null, (Object) Files.readAllBytes(input));
            } catch (InvocationTargetException e) {
                throw new AssertionError(input + " breaks " + target.getSimpleName(), e.getCause());
            }
        }
        return inputs.size();
    }

    /// Fuzzes in a JVM of its own. How many inputs were tried.
    ///
    /// @param runs how many inputs, where no time is set
    public long run(int runs) throws Exception {
        String asked = System.getProperty("decant.fuzz.target", target.getSimpleName());
        Assumptions.assumeTrue(asked.equals(target.getSimpleName()), "skipped, another target was asked for");
        long seconds = Long.getLong("decant.fuzz.seconds", 0);
        long seed = Long.getLong("decant.seed", 1);
        Path work = Path.of("target/fuzz", target.getSimpleName()).toAbsolutePath();
        Path corpus = Files.createDirectories(work.resolve(seconds > 0 ? "corpus" : "short"));
        if (seconds == 0) {
            empty(corpus);
        }
        Path said = work.resolve("said.txt");
        Process process = new ProcessBuilder(command(corpus, work, runs, seconds, seed))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .directory(work.toFile())
                .start();
        try {
            assertThat(process.waitFor(seconds + 300, TimeUnit.SECONDS))
                    .as("%s ends", target)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(said);
        assertThat(process.exitValue())
                .as(() -> target.getSimpleName() + ", seed " + seed + ", found something (the input is in " + work
                        + "):\n" + text.substring(Math.max(0, text.length() - 6000)))
                .isZero();
        Matcher done = DONE.matcher(text);
        assertThat(done.find()).as(text).isTrue();
        return Long.parseLong(done.group(1));
    }

    private List<String> command(Path corpus, Path work, int runs, long seconds, long seed) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Xss2m",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getName(),
                "--instrumentation_includes=" + MODULE,
                "--custom_hook_includes=" + MODULE,
                "--reproducer_path=" + work));
        command.add("-artifact_prefix=" + work + "/");
        command.add("-seed=" + seed);
        command.add("-timeout=30");
        command.add("-rss_limit_mb=0"); // The heap's bound is what counts.
        command.add(seconds > 0 ? "-max_total_time=" + seconds : "-runs=" + runs);
        command.add(corpus.toString());
        command.add(seeds.toString());
        return command;
    }

    private static void empty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.delete(file);
            }
        }
    }
}
