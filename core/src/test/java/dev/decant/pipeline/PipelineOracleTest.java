package dev.decant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.batch.BatchPolicy;
import dev.decant.data.Fields;
import dev.decant.data.Outcome;
import dev.decant.data.Row;
import dev.decant.engine.Batch;
import dev.decant.engine.EngineException;
import dev.decant.engine.Prediction;
import dev.decant.engine.Prepared;
import dev.decant.engine.ScriptedEngine;
import dev.decant.metrics.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// The whole pipeline under thousands of random faults against a loop that takes one row after the other.
class PipelineOracleTest {
    private static final Duration TIMEOUT = Duration.ofMillis(2);

    /// What a text does to the call it is in, told by its first character.
    private static final String FAULTS = "TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTFFFFFPPPPRDDXNES";

    private final ManualTicker ticker = new ManualTicker();
    private final Map<String, AtomicInteger> flaky = new ConcurrentHashMap<>();
    private final AtomicLong injected = new AtomicLong();

    @Test
    void everyRowEndsAsANaiveLoopWouldEndIt() throws Exception {
        long seed = Long.getLong("decant.seed", System.nanoTime());
        Random random = new Random(seed);
        int rounds = 0;
        while (injected.get() < 5_000) {
            round(random, "seed " + seed + " round " + rounds++);
        }
    }

    private void round(Random random, String where) throws Exception {
        flaky.clear();
        List<Row> rows = new ArrayList<>();
        int count = random.nextInt(700);
        int vocabulary = 1 + random.nextInt(800);
        for (int i = 0; i < count; i++) {
            rows.add(row(i, random, vocabulary));
        }
        ScriptedEngine engine = new Faulty(random.nextInt(5) > 0);
        PipelineOptions options = PipelineOptions.DEFAULT
                .withWorkers(1 + random.nextInt(4))
                .withBatches(new BatchPolicy(1 + random.nextInt(200), 1 + random.nextInt(40)))
                .withWindows(new WindowPolicy(1 + random.nextInt(300), 1 + random.nextInt(20_000)))
                .withFaults(new FaultPolicy(10_000, Duration.ZERO, TIMEOUT, Duration.ofDays(1)))
                .withMemoryInterval(Duration.ZERO)
                .withTicker(ticker);
        ListSink sink = new ListSink();
        RunReport report = new Pipeline(engine, options).run(new RowSource(count, i -> rows.get((int) i)), sink);

        assertThat(report.ending()).as(where).isEqualTo(new Ending.Completed());
        assertThat(sink.rows).as(where).containsExactlyElementsOf(rows);
        long scored = 0;
        long failed = 0;
        long skipped = 0;
        for (int i = 0; i < count; i++) {
            Outcome actual = sink.outcomes.get(i);
            switch (expected(rows.get(i))) {
                case Outcome.Scored s -> {
                    scored++;
                    assertThat(actual).as("%s row %d", where, i).isEqualTo(s);
                }
                case Outcome.Failed f -> {
                    failed++;
                    assertThat(actual)
                            .as("%s row %d should fail: %s", where, i, f.message())
                            .isInstanceOf(Outcome.Failed.class);
                }
                case Outcome.Skipped s -> {
                    skipped++;
                    assertThat(actual).as("%s row %d", where, i).isEqualTo(s);
                }
            }
        }
        var counted = report.rows();
        assertThat(List.of(counted.in(), counted.scored(), counted.failed(), counted.skipped()))
                .as(where)
                .containsExactly((long) count, scored, failed, skipped);
    }

    private static Row row(int index, Random random, int vocabulary) {
        int kind = random.nextInt(40);
        if (kind == 0) {
            return new Row.Blank(index, index, Fields.NONE, "empty text");
        }
        if (kind == 1) {
            return new Row.Malformed(index, index, Fields.NONE, "line " + index);
        }
        int word = random.nextInt(vocabulary);
        char fault = FAULTS.charAt(word % FAULTS.length());
        return RowSource.text(index, fault + "-" + word + " word".repeat(word % 37));
    }

    /// The naive loop's view of one row.
    private static Outcome expected(Row row) {
        return switch (row) {
            case Row.Blank blank -> new Outcome.Skipped(blank.reason());
            case Row.Malformed bad -> new Outcome.Failed(Outcome.Kind.MALFORMED_RECORD, bad.message());
            case Row.Text text ->
                switch (text.text().charAt(0)) {
                    case 'T', 'F' ->
                        new Outcome.Scored(ScriptedEngine.answer(text.text()).scores(), false);
                    default -> new Outcome.Failed(Outcome.Kind.ENGINE_FAULT, text.text());
                };
        };
    }

    private final class Faulty extends ScriptedEngine {
        Faulty(boolean batchInvariant) {
            super(PipelineOracleTest.this::call, batchInvariant, 1_000);
        }

        @Override
        public Prepared prepare(String text) throws EngineException {
            if (text.startsWith("R")) {
                injected.incrementAndGet();
                throw new EngineException(EngineException.Fault.PERMANENT, "refused");
            }
            return super.prepare(text);
        }
    }

    private List<Prediction> call(List<String> texts, Batch batch) throws EngineException {
        for (String text : texts) {
            char fault = text.charAt(0);
            if (fault != 'T') {
                injected.incrementAndGet();
            }
            switch (fault) {
                case 'T' -> {}
                case 'F' -> {
                    // Fails twice in whatever batch, then never again.
                    if (flaky.computeIfAbsent(text, t -> new AtomicInteger(2)).getAndDecrement() > 0) {
                        throw new EngineException(EngineException.Fault.TRANSIENT, "flaky");
                    }
                }
                case 'P' -> throw new EngineException(EngineException.Fault.PERMANENT, "poison");
                case 'D' -> {
                    return ScriptedEngine.answers(texts.subList(1, texts.size()));
                }
                case 'X' -> {
                    List<Prediction> more = new ArrayList<>(ScriptedEngine.answers(texts));
                    more.add(more.getFirst());
                    return more;
                }
                case 'N' -> throw new IllegalStateException("not an engine exception");
                case 'E' -> throw new StackOverflowError("deep");
                case 'S' -> sleepUntilCancelled(batch);
                default -> throw new AssertionError(text);
            }
        }
        return ScriptedEngine.answers(texts);
    }

    private void sleepUntilCancelled(Batch batch) throws EngineException {
        CountDownLatch cancelled = new CountDownLatch(1);
        batch.cancellation().onCancel(cancelled::countDown);
        ticker.advance(TIMEOUT);
        try {
            if (!cancelled.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("a call past its time was not cancelled");
            }
        } catch (InterruptedException interrupted) {
            // As it should be.
        }
        throw new EngineException(EngineException.Fault.PERMANENT, "too slow");
    }
}
