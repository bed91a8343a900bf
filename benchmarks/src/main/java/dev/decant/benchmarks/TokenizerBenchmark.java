package dev.decant.benchmarks;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.decant.onnx.ModelFolder;
import dev.decant.onnx.tokenizer.Encoding;
import dev.decant.onnx.tokenizer.WordPieceTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// Our WordPiece tokenizer against the original (Rust, through DJL) over the same texts with the model on
/// board's vocabulary, one text a call, one thread.
///
/// A score is texts a second, its `tokens` tokens a second, special ones included; `-bm avgt -tu ns` gives
/// nanoseconds for a text instead. Both give the same ids, which is checked before anything is measured.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TokenizerBenchmark {
    static {
        // The library reports its use to its makers otherwise.
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    private static final int TEXTS = 2_000;
    private static final int MAX_LENGTH = 512;

    private final List<String> texts;
    private final WordPieceTokenizer ours;
    private final Path folder;
    private final HuggingFaceTokenizer original;

    /// What a thread has done in an iteration.
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Done {
        public long tokens;

        @Setup(Level.Iteration)
        public void reset() {
            tokens = 0;
        }
    }

    public TokenizerBenchmark() {
        try {
            texts = ReviewTexts.make(TEXTS, 1);
            ModelFolder model = ModelFolder.onBoard();
            ours = model.tokenizer();
            folder = Files.createTempDirectory("decant-benchmark");
            original = HuggingFaceTokenizer.newInstance(
                    TokenizerJson.write(model.path().resolve("vocab.txt"), folder),
                    Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Setup
    public void bothGiveTheSameIds() {
        for (String text : texts) {
            int[] a = ours.encode(text, MAX_LENGTH).ids();
            int[] b = Arrays.stream(original.encode(text).getIds())
                    .mapToInt(Math::toIntExact)
                    .toArray();
            if (!Arrays.equals(a, b)) {
                throw new IllegalStateException("other ids for: " + text);
            }
        }
    }

    @TearDown
    public void close() throws IOException {
        original.close();
        Files.delete(folder.resolve(TokenizerJson.NAME));
        Files.delete(folder);
    }

    @Benchmark
    @OperationsPerInvocation(TEXTS)
    public void decant(Done done, Blackhole blackhole) {
        for (String text : texts) {
            Encoding encoding = ours.encode(text, MAX_LENGTH);
            done.tokens += encoding.ids().length;
            blackhole.consume(encoding);
        }
    }

    @Benchmark
    @OperationsPerInvocation(TEXTS)
    public void djl(Done done, Blackhole blackhole) {
        for (String text : texts) {
            var encoding = original.encode(text);
            done.tokens += encoding.getIds().length;
            blackhole.consume(encoding);
        }
    }
}
