package dev.decant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.batch.BatchPolicy;
import dev.decant.data.Fields;
import dev.decant.data.Outcome;
import dev.decant.data.Row;
import dev.decant.engine.EngineException;
import dev.decant.engine.Prepared;
import dev.decant.engine.ScriptedEngine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120)
class PipelineTest {
    private static final PipelineOptions TWO = PipelineOptions.DEFAULT.withWorkers(2);

    private static void assertAccounted(RunReport report) {
        var rows = report.rows();
        assertThat(rows.in()).isEqualTo(rows.scored() + rows.failed() + rows.skipped());
    }

    @Test
    void outcomesComeInInputOrderWhateverTheBatching() throws Exception {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            texts.add("word ".repeat(1 + i * 7919 % 50) + i);
        }
        ListSink sink = new ListSink();
        RunReport report = new Pipeline(new ScriptedEngine(), TWO).run(RowSource.texts(texts), sink);
        assertThat(report.ending()).isEqualTo(new Ending.Completed());
        assertThat(sink.finished).isTrue();
        assertThat(sink.rows).map(Row::index).isSorted().hasSize(3_000);
        for (int i = 0; i < texts.size(); i++) {
            assertThat(sink.outcomes.get(i))
                    .isEqualTo(new Outcome.Scored(
                            ScriptedEngine.answer(texts.get(i)).scores(), false));
        }
        assertAccounted(report);
        assertThat(report.rows().labels().values().stream().mapToLong(n -> n).sum())
                .isEqualTo(3_000);
    }

    @Test
    void anEmptyInputIsACompleteRun() throws Exception {
        ListSink sink = new ListSink();
        RunReport report = new Pipeline(new ScriptedEngine(), TWO).run(RowSource.texts(List.of()), sink);
        assertThat(report.ending()).isEqualTo(new Ending.Completed());
        assertThat(sink.finished).isTrue();
        assertThat(report.rows().in()).isZero();
    }

    @Test
    void blankAndMalformedRowsNeverReachTheEngine() throws Exception {
        ScriptedEngine engine = new ScriptedEngine();
        ListSink sink = new ListSink();
        RunReport report = new Pipeline(engine, TWO)
                .run(
                        new RowSource(3, i -> switch ((int) i) {
                            case 0 -> new Row.Blank(i, i, Fields.NONE, "empty text");
                            case 1 -> new Row.Malformed(i, i, Fields.NONE, "line 2: broken");
                            default -> RowSource.text(i, "fine");
                        }),
                        sink);
        assertThat(engine.rows()).isEqualTo(1);
        assertThat(sink.outcomes.get(0)).isEqualTo(new Outcome.Skipped("empty text"));
        assertThat(sink.outcomes.get(1)).isEqualTo(new Outcome.Failed(Outcome.Kind.MALFORMED_RECORD, "line 2: broken"));
        assertAccounted(report);
    }

    @Test
    void aTextThatCannotBePreparedFailsAlone() throws Exception {
        ScriptedEngine engine = new ScriptedEngine() {
            @Override
            public Prepared prepare(String text) throws EngineException {
                if (text.equals("bad")) {
                    throw new EngineException(EngineException.Fault.PERMANENT, "unusable");
                }
                if (text.equals("worse")) {
                    throw new IllegalStateException("bug");
                }
                return super.prepare(text);
            }
        };
        ListSink sink = new ListSink();
        new Pipeline(engine, TWO).run(RowSource.texts(List.of("a", "bad", "worse", "b")), sink);
        assertThat(sink.outcomes.get(1)).isEqualTo(new Outcome.Failed(Outcome.Kind.UNUSABLE_TEXT, "unusable"));
        assertThat(sink.outcomes.get(2)).isInstanceOf(Outcome.Failed.class);
        assertThat(sink.outcomes.get(0)).isInstanceOf(Outcome.Scored.class);
        assertThat(sink.outcomes.get(3)).isInstanceOf(Outcome.Scored.class);
    }

    @Test
    void identicalTextsOfAWindowRunOnce() throws Exception {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            texts.add("text " + i % 3);
        }
        ScriptedEngine engine = new ScriptedEngine();
        ListSink sink = new ListSink();
        RunReport report = new Pipeline(engine, TWO).run(RowSource.texts(texts), sink);
        assertThat(engine.rows()).isEqualTo(3);
        assertThat(report.rows().duplicates()).isEqualTo(57);
        assertThat(report.rows().scored()).isEqualTo(60);
        for (int i = 0; i < 60; i++) {
            assertThat(sink.outcomes.get(i))
                    .isEqualTo(new Outcome.Scored(
                            ScriptedEngine.answer(texts.get(i)).scores(), false));
        }
    }

    @Test
    void rowsOfAModelWhoseScoresDependOnTheBatchRunAlone() throws Exception {
        AtomicInteger largest = new AtomicInteger();
        ScriptedEngine engine = new ScriptedEngine(
                (texts, batch) -> {
                    largest.accumulateAndGet(texts.size(), Math::max);
                    return ScriptedEngine.answers(texts);
                },
                false,
                64);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            texts.add("t" + i);
        }
        new Pipeline(engine, TWO).run(RowSource.texts(texts), new ListSink());
        assertThat(largest.get()).isOne();
    }

    @Test
    void theNextWindowIsPreparedWhileThisOneRuns() throws Exception {
        CountDownLatch laterWindowPrepared = new CountDownLatch(1);
        ScriptedEngine engine =
                new ScriptedEngine((texts, batch) -> {
                    if (texts.contains("t0")) {
                        try {
                            // Would time out, were the second window prepared only after the first had run.
                            if (!laterWindowPrepared.await(60, TimeUnit.SECONDS)) {
                                throw new EngineException(EngineException.Fault.PERMANENT, "nothing was prepared");
                            }
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    }
                    return ScriptedEngine.answers(texts);
                }) {
                    @Override
                    public Prepared prepare(String text) throws EngineException {
                        if (text.equals("t100")) {
                            laterWindowPrepared.countDown();
                        }
                        return super.prepare(text);
                    }
                };
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            texts.add("t" + i);
        }
        ListSink sink = new ListSink();
        new Pipeline(engine, TWO).run(RowSource.texts(texts), sink);
        assertThat(sink.outcomes).allMatch(o -> o instanceof Outcome.Scored);
    }

    @Test
    void rowsAheadOfTheOutputAreBoundedHoweverSlowItIs() throws Exception {
        WindowPolicy windows = new WindowPolicy(10, 1 << 20);
        RowSource source = new RowSource(5_000, i -> RowSource.text(i, "t" + i));
        AtomicLong furthest = new AtomicLong();
        ListSink sink = new ListSink() {
            @Override
            public void write(Row row, Outcome outcome) throws IOException {
                furthest.accumulateAndGet(source.read - row.index(), Math::max);
                super.write(row, outcome);
            }
        };
        new Pipeline(new ScriptedEngine(), TWO.withWindows(windows)).run(source, sink);
        assertThat(sink.rows).hasSize(5_000);
        // The windows in flight, and one row looked at beyond them.
        assertThat(furthest.get()).isLessThanOrEqualTo(10 * WindowPolicy.IN_FLIGHT + 1);
    }

    @Test
    void aWindowIsBoundedInCharactersToo() throws Exception {
        List<Integer> sizes = new ArrayList<>();
        ListSink sink = new ListSink() {
            private int before;

            @Override
            public void commit() {
                sizes.add(rows.size() - before);
                before = rows.size();
            }
        };
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            texts.add("x".repeat(i == 7 ? 5_000 : 300) + i);
        }
        new Pipeline(new ScriptedEngine(), TWO.withWindows(new WindowPolicy(100, 1_000)))
                .run(RowSource.texts(texts), sink);
        assertThat(sizes).containsExactly(3, 3, 1, 1, 3, 3, 3, 3);
    }

    @Test
    void aStoppedRunWritesWhatItAcceptedAndSaysWhy() throws Exception {
        ScriptedEngine engine = new ScriptedEngine();
        AtomicReference<@Nullable Pipeline> running = new AtomicReference<>();
        ListSink sink = new ListSink() {
            @Override
            public void commit() {
                super.commit();
                Pipeline pipeline = running.get();
                if (commits == 2 && pipeline != null) {
                    pipeline.stop("SIGTERM");
                }
            }
        };
        Pipeline pipeline = new Pipeline(engine, TWO);
        running.set(pipeline);
        RunReport report = pipeline.run(new RowSource(1_000_000, i -> RowSource.text(i, "t" + i)), sink);
        assertThat(report.ending()).isEqualTo(new Ending.Stopped("SIGTERM"));
        assertThat(sink.finished).isFalse();
        assertThat(report.rows().in()).isEqualTo(sink.rows.size()).isLessThan(1_000_000);
        assertThat(sink.rows).map(Row::index).isSorted();
        assertAccounted(report);
    }

    @Test
    void aSourceThatBlocksDoesNotKeepARunFromStopping() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Pipeline pipeline = new Pipeline(new ScriptedEngine(), TWO);
        RowSource source = new RowSource(1_000, i -> {
            if (i == 10) {
                reading.countDown();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return RowSource.text(i, "t" + i);
        });
        Thread stopper = Thread.ofPlatform().start(() -> {
            try {
                reading.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            pipeline.stop("SIGINT");
        });
        RunReport report = pipeline.run(source, new ListSink());
        stopper.join();
        never.countDown();
        assertThat(report.ending()).isEqualTo(new Ending.Stopped("SIGINT"));
    }

    @Test
    void anInputThatBreaksOffKeepsTheRowsBeforeIt() throws Exception {
        RowSource source = new RowSource(1_000, i -> RowSource.text(i, "t" + i)) {
            @Override
            public @Nullable Row next() throws IOException {
                if (read == 200) {
                    throw new IOException("rows: the file ends in the middle");
                }
                return super.next();
            }
        };
        ListSink sink = new ListSink();
        RunReport report = new Pipeline(new ScriptedEngine(), TWO).run(source, sink);
        assertThat(report.ending()).isEqualTo(new Ending.InputFault("rows: the file ends in the middle"));
        assertThat(sink.finished).isFalse();
        // All whole windows before the break: 64 and 64.
        assertThat(sink.rows).hasSize(128);
    }

    @Test
    void aBugOfTheSourceIsThrownAndNotWaitedFor() {
        RowSource source = new RowSource(1_000, i -> {
            if (i == 300) {
                throw new IllegalStateException("a bug");
            }
            return RowSource.text(i, "t" + i);
        });
        ListSink sink = new ListSink();
        assertThatThrownBy(() -> new Pipeline(new ScriptedEngine(), TWO).run(source, sink))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a bug");
        assertThat(sink.finished).isFalse();
    }

    @Test
    void anOutputThatCannotBeWrittenEndsTheRun() throws Exception {
        ListSink sink = new ListSink() {
            @Override
            public void write(Row row, Outcome outcome) throws IOException {
                if (row.index() == 100) {
                    throw new IOException("no space left on device");
                }
                super.write(row, outcome);
            }
        };
        RunReport report = new Pipeline(new ScriptedEngine(), TWO)
                .run(new RowSource(100_000, i -> RowSource.text(i, "t" + i)), sink);
        assertThat(report.ending()).isEqualTo(new Ending.OutputFault("no space left on device"));
        assertThat(report.rows().in()).isEqualTo(64);
        assertThat(sink.finished).isFalse();
    }

    @Test
    void anEngineThatIsGoneStopsTheRunAfterTheWindowsThatAreDone() throws Exception {
        ScriptedEngine engine = new ScriptedEngine((texts, batch) -> {
            if (texts.contains("t500")) {
                throw new EngineException(EngineException.Fault.FATAL, "the interpreter has ended");
            }
            return ScriptedEngine.answers(texts);
        });
        ListSink sink = new ListSink();
        RunReport report = new Pipeline(engine, TWO).run(new RowSource(10_000, i -> RowSource.text(i, "t" + i)), sink);
        assertThat(report.ending()).isEqualTo(new Ending.EngineFault("the interpreter has ended"));
        assertThat(report.rows().in()).isEqualTo(sink.rows.size()).isLessThanOrEqualTo(500);
        assertAccounted(report);
    }

    @Test
    void theReportCountsBatchesAndPaddingAsTheyRan() throws Exception {
        List<String> texts = List.of("a b c d", "a b", "c d", "e");
        RunReport report = new Pipeline(new ScriptedEngine(), TWO.withBatches(new BatchPolicy(100, 2)))
                .run(RowSource.texts(texts), new ListSink());
        // Costs 4 2 2 1, cut as (4 2)(2 1).
        assertThat(report.batches().calls()).isEqualTo(2);
        assertThat(report.batches().rows()).isEqualTo(4);
        assertThat(report.batches().tokens()).isEqualTo(9);
        assertThat(report.batches().paddedTokens()).isEqualTo(12);
        assertThat(report.batches().paddingWaste()).isEqualTo(0.25);
        assertThat(report.stages().inference().count()).isEqualTo(2);
        assertThat(report.stages().queue().count()).isEqualTo(2);
        assertThat(report.stages().write().count()).isEqualTo(1);
        assertThat(report.memory().samples()).isNotEmpty();
    }
}
