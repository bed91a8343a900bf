package dev.decant.script;

import dev.decant.data.Fields;
import dev.decant.data.Outcome;
import dev.decant.data.Row;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import dev.decant.engine.Engine;
import dev.decant.pipeline.Ending;
import dev.decant.pipeline.FaultPolicy;
import dev.decant.pipeline.Pipeline;
import dev.decant.pipeline.PipelineOptions;
import dev.decant.pipeline.RunReport;
import dev.decant.pipeline.WindowPolicy;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The whole way of a script in a process of its own: texts of a file through a pipeline, a line for each outcome.
///
/// Exit codes as the command line's: 0 all scored, 1 engine fault, 2 the script cannot be used, 3 some failed.
public final class ScriptRun {
    private ScriptRun() {}

    /// What opens the engine; named by its class, which has a public constructor without parameters.
    public interface Opener {
        /// Opens an engine over a function of a script.
        ///
        /// @throws IOException when the script cannot be used
        Engine open(Path script, String function) throws IOException;
    }

    /// @param arguments class of the opener, script, texts (a line each, in Base64 of UTF-16), batch timeout in ms,
    ///     function
    public static void main(String[] arguments) throws Exception {
        Opener opener = Class.forName(arguments[0])
                .asSubclass(Opener.class)
                .getConstructor()
                .newInstance();
        Path script = Path.of(arguments[1]);
        List<String> texts = Files.readAllLines(Path.of(arguments[2]), StandardCharsets.US_ASCII).stream()
                .map(line -> ByteBuffer.wrap(Base64.getDecoder().decode(line))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asCharBuffer()
                        .toString())
                .toList();
        Duration timeout = Duration.ofMillis(Long.parseLong(arguments[3]));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Engine engine;
        try {
            engine = opener.open(script, arguments[4]);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        useNullChecks();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.err.println("the JVM ends in order")));
        FaultPolicy faults = new FaultPolicy(0, Duration.ofMillis(1), timeout, Duration.ofSeconds(1));
        PipelineOptions options = PipelineOptions.DEFAULT
                .withWindows(new WindowPolicy(8, 1 << 26))
                .withFaults(faults);
        RunReport report = new Pipeline(engine, options).run(new Texts(texts), new Lines(out));
        out.println("ending " + report.ending());
        if (report.openCalls() == 0) {
            engine.close();
        }
        if (report.ending() instanceof Ending.EngineFault) {
            System.exit(1);
        }
        System.exit(report.rows().failed() > 0 ? 3 : 0);
    }

    /// Compiled code finds null by the SIGSEGV that reading it gives.
    static void useNullChecks() {
        @Nullable String[] strings = {"a", "b", null};
        long found = 0;
        for (int i = 0; i < 200_000; i++) {
            try {
                found += lengthOf(strings[i < 150_000 ? i % 2 : i % 3]);
            } catch (NullPointerException ignored) {
                found--;
            }
        }
        if (found == 0) {
            throw new AssertionError();
        }
    }

    @SuppressWarnings("NullAway") // Null on purpose.
    private static int lengthOf(@Nullable String text) {
        return text.length();
    }

    private static final class Texts implements Source {
        private final Iterator<String> texts;
        private int index;

        Texts(List<String> texts) {
            this.texts = texts.iterator();
        }

        @Override
        public String name() {
            return "texts";
        }

        @Override
        public List<String> columns() {
            return List.of();
        }

        @Override
        public @Nullable Row next() {
            return texts.hasNext() ? new Row.Text(index++, 0, Fields.NONE, texts.next()) : null;
        }

        @Override
        public Progress progress() {
            return Progress.UNKNOWN;
        }

        @Override
        public void close() {}
    }

    private static final class Lines implements Sink {
        private final PrintStream out;
        private final StringBuilder window = new StringBuilder();

        Lines(PrintStream out) {
            this.out = out;
        }

        @Override
        public void write(Row row, Outcome outcome) {
            window.append(row.index()).append(' ');
            switch (outcome) {
                case Outcome.Scored scored ->
                    window.append(scored.best().label())
                            .append(' ')
                            .append(scored.best().score());
                case Outcome.Failed failed ->
                    window.append(failed.kind()).append(": ").append(failed.message());
                case Outcome.Skipped skipped -> window.append("skipped: ").append(skipped.reason());
            }
            window.append('\n');
        }

        @Override
        public void commit() throws IOException {
            out.print(window);
            out.flush();
            window.setLength(0);
        }

        @Override
        public void finish() {}

        @Override
        public void close() {}
    }
}
