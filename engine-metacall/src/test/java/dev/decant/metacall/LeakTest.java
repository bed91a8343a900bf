package dev.decant.metacall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.engine.Batch;
import dev.decant.engine.Engine;
import dev.decant.engine.EngineException;
import dev.decant.engine.Prediction;
import dev.decant.engine.Prepared;
import dev.decant.script.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// 300,000 batches, half of them exceptions and wrong results, leave memory where it was: MetaCall by itself leaks each
/// exception.
final class LeakTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void needsMetaCall() {
        MetaCallInstallation ignored = MetaCalls.needed();
    }

    @Test
    void batchesAndExceptionsLeaveNothingBehind() throws Exception {
        Path script = MetaCalls.script(folder, "leak_script.py", """
                import gc, sys
                def process_batch(texts):
                    if texts[0] == "blocks":
                        gc.collect()
                        return [{"label": str(sys.getallocatedblocks()), "score": 1}]
                    if texts[0] == "raise":
                        raise ValueError("no such word: %s" % texts[1:])
                    if texts[0] == "wrong":
                        return [{"label": text} for text in texts]
                    return [[{"label": text, "score": 0.5}, {"label": "x", "score": len(text)}] for text in texts]
                """);
        ChildJvm.Result result = ChildJvm.start(
                        folder,
                        List.of("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"),
                        Program.class,
                        script.toString())
                .await();
        assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
        long[] figures = result.out()
                .lines()
                .flatMap(line -> List.of(line.split(" ")).stream())
                .mapToLong(Long::parseLong)
                .toArray();
        assertThat(figures[2] - figures[0]).as("blocks of Python's memory").isLessThan(1_000);
        // MetaCall alone leaves half a kilobyte for each exception, 75 MB here; the JVM's own memory breathes by some
        // megabytes.
        assertThat(figures[3] - figures[1])
                .as("kB of the process outside the heap")
                .isLessThan(24_000);
    }

    /// Prints blocks and kilobytes after a first round, and after thirty times as much.
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws Exception {
            MetaCallRuntime runtime = MetaCallRuntime.start(MetaCalls.chosen());
            try (Engine engine = MetaCalls.engine(MetaCallEngineOptions.of(Path.of(arguments[0])))) {
                boolean ignored = runtime.run(() -> {
                    round(engine, 10_000); // Compiles and fills caches.
                    print(engine);
                    round(engine, 300_000);
                    print(engine);
                    return true;
                });
            }
        }

        private static void round(Engine engine, int batches) throws EngineException {
            for (int i = 0; i < batches; i++) {
                String kind = List.of("fine", "raise", "fine", "wrong").get(i % 4);
                try {
                    List<Prediction> ignored = engine.run(batch(engine, kind, "é\0" + i, "a text of some length"));
                } catch (EngineException expected) {
                    // Half of them.
                }
            }
        }

        private static Batch batch(Engine engine, String... texts) throws EngineException {
            List<Prepared> rows = new ArrayList<>();
            for (String text : texts) {
                rows.add(engine.prepare(text));
            }
            return Batch.of(rows);
        }

        private static void print(Engine engine) throws Exception {
            System.gc();
            String blocks = engine.run(batch(engine, "blocks"))
                    .getFirst()
                    .scores()
                    .getFirst()
                    .label();
            System.out.println(blocks + " " + residentAnonymous());
        }

        private static long residentAnonymous() throws IOException {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("RssAnon:")) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            throw new IOException("no RssAnon");
        }
    }
}
