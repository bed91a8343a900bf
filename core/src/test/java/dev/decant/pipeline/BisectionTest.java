package dev.decant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.batch.BatchPolicy;
import dev.decant.data.Outcome;
import dev.decant.engine.EngineException;
import dev.decant.engine.Prediction;
import dev.decant.engine.ScriptedEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BisectionTest {
    private static final FaultPolicy NO_PAUSE =
            new FaultPolicy(2, Duration.ZERO, Duration.ofMinutes(1), Duration.ofSeconds(5));

    private static List<String> texts(int count) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add("t" + i);
        }
        return texts;
    }

    private static ListSink run(ScriptedEngine engine, List<String> texts, FaultPolicy faults) throws Exception {
        ListSink sink = new ListSink();
        PipelineOptions options = PipelineOptions.DEFAULT
                .withWorkers(1)
                .withMemoryInterval(Duration.ZERO)
                .withBatches(new BatchPolicy(Integer.MAX_VALUE, 64))
                .withFaults(faults);
        RunReport report = new Pipeline(engine, options).run(RowSource.texts(texts), sink);
        assertThat(report.ending()).isEqualTo(new Ending.Completed());
        return sink;
    }

    @Test
    void oneBadRowOfABatchFailsAloneWithinTheBoundOnFurtherCalls() throws Exception {
        for (int size : new int[] {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64}) {
            int bound = 2 * (int) Math.ceil(Math.log(size) / Math.log(2)) + 1;
            for (int bad = 0; bad < size; bad++) {
                String poison = "t" + bad;
                ScriptedEngine engine = new ScriptedEngine((texts, batch) -> {
                    if (texts.contains(poison)) {
                        throw new EngineException(EngineException.Fault.PERMANENT, "cannot do " + poison);
                    }
                    return ScriptedEngine.answers(texts);
                });
                ListSink sink = run(engine, texts(size), NO_PAUSE);
                assertThat(engine.calls() - 1)
                        .as("further calls, row %d of %d", bad, size)
                        .isLessThanOrEqualTo(bound);
                for (int i = 0; i < size; i++) {
                    assertThat(sink.outcomes.get(i) instanceof Outcome.Failed).isEqualTo(i == bad);
                }
                assertThat(sink.outcomes.get(bad))
                        .isEqualTo(new Outcome.Failed(Outcome.Kind.ENGINE_FAULT, "cannot do " + poison));
            }
        }
    }

    @Test
    void anAnswerOfTheWrongLengthIsNeverTakenAsTheRowsOwn() throws Exception {
        ScriptedEngine engine = new ScriptedEngine((texts, batch) -> {
            List<Prediction> answers = new ArrayList<>(ScriptedEngine.answers(texts));
            if (texts.contains("t5")) {
                answers.removeFirst();
            }
            return answers;
        });
        ListSink sink = run(engine, texts(16), NO_PAUSE);
        for (int i = 0; i < 16; i++) {
            if (i == 5) {
                assertThat(sink.outcomes.get(i))
                        .isEqualTo(
                                new Outcome.Failed(Outcome.Kind.WRONG_RESULT, "the engine gave 0 results for 1 texts"));
            } else {
                assertThat(sink.outcomes.get(i))
                        .isEqualTo(new Outcome.Scored(
                                ScriptedEngine.answer("t" + i).scores(), false));
            }
        }
    }

    @Test
    void aScriptThatSwallowsItsErrorAndAnswersNothingLosesNoRow() throws Exception {
        ScriptedEngine engine =
                new ScriptedEngine((texts, batch) -> texts.contains("t3") ? List.of() : ScriptedEngine.answers(texts));
        ListSink sink = run(engine, texts(32), NO_PAUSE);
        assertThat(sink.outcomes).hasSize(32);
        assertThat(sink.outcomes.stream().filter(o -> o instanceof Outcome.Failed))
                .hasSize(1);
        assertThat(sink.outcomes.get(3)).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void aTransientFaultIsRetriedAndTheBatchIsNotCut() throws Exception {
        AtomicInteger faults = new AtomicInteger(2);
        Set<Integer> sizes = ConcurrentHashMap.newKeySet();
        ScriptedEngine engine = new ScriptedEngine((texts, batch) -> {
            sizes.add(texts.size());
            if (faults.getAndDecrement() > 0) {
                throw new EngineException(EngineException.Fault.TRANSIENT, "try again");
            }
            return ScriptedEngine.answers(texts);
        });
        ListSink sink = run(engine, texts(8), NO_PAUSE);
        assertThat(sink.outcomes).allMatch(o -> o instanceof Outcome.Scored);
        assertThat(sizes).containsExactly(8);
        assertThat(engine.calls()).isEqualTo(3);
    }

    @Test
    void aFaultThatStaysTransientEndsAfterTheRetries() throws Exception {
        ScriptedEngine engine = new ScriptedEngine((texts, batch) -> {
            throw new EngineException(EngineException.Fault.TRANSIENT, "never ready");
        });
        ListSink sink = run(engine, texts(1), NO_PAUSE);
        assertThat(engine.calls()).isEqualTo(3);
        assertThat(sink.outcomes).containsExactly(new Outcome.Failed(Outcome.Kind.ENGINE_FAULT, "never ready"));
    }

    @Test
    void whateverAnEngineThrowsCostsItsRowsOnly() throws Exception {
        List<Throwable> thrown = List.of(
                new IllegalStateException("state"),
                new StackOverflowError("deep"),
                new OutOfMemoryError("heap"),
                new LinkageError("link"),
                new AssertionError("assert"));
        for (Throwable fault : thrown) {
            ScriptedEngine engine = new ScriptedEngine((texts, batch) -> {
                if (texts.contains("t2")) {
                    throw ScriptedFaults.sneaky(fault);
                }
                return ScriptedEngine.answers(texts);
            });
            ListSink sink = run(engine, texts(8), NO_PAUSE);
            assertThat(sink.outcomes.get(2))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.message()).contains(String.valueOf(fault.getMessage())));
            assertThat(sink.outcomes.stream().filter(o -> o instanceof Outcome.Scored))
                    .hasSize(7);
        }
    }
}
