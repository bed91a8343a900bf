package dev.decant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.batch.BatchPolicy;
import dev.decant.data.Outcome;
import dev.decant.engine.Batch;
import dev.decant.engine.EngineException;
import dev.decant.engine.Prediction;
import dev.decant.engine.ScriptedEngine;
import dev.decant.metrics.ManualTicker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Calls that last too long: the clock is the test's own, so nothing here depends on the machine's speed.
class StuckCallTest {
    private static final Duration TIMEOUT = Duration.ofMillis(5);
    private static final Duration GRACE = Duration.ofMillis(5);
    private static final FaultPolicy FAULTS = new FaultPolicy(0, Duration.ZERO, TIMEOUT, GRACE);

    private final ManualTicker ticker = new ManualTicker();
    private final CountDownLatch released = new CountDownLatch(1);

    @AfterEach
    void release() {
        released.countDown();
    }

    private PipelineOptions options(int workers) {
        return PipelineOptions.DEFAULT
                .withWorkers(workers)
                .withBatches(new BatchPolicy(Integer.MAX_VALUE, 4))
                .withFaults(FAULTS)
                .withTicker(ticker);
    }

    private static List<String> texts() {
        return List.of("t0", "t1", "t2", "hang", "t4", "t5", "t6", "t7");
    }

    /// Ends only when it is cancelled.
    private List<Prediction> hangUntilCancelled(List<String> texts, Batch batch) throws EngineException {
        if (!texts.contains("hang")) {
            return ScriptedEngine.answers(texts);
        }
        CountDownLatch cancelled = new CountDownLatch(1);
        batch.cancellation().onCancel(cancelled::countDown);
        ticker.advance(TIMEOUT);
        try {
            if (!cancelled.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("never cancelled");
            }
        } catch (InterruptedException interrupted) {
            // The worker is interrupted as well as cancelled.
        }
        throw new EngineException(EngineException.Fault.PERMANENT, "cancelled");
    }

    /// Takes no notice of anything until the test ends it.
    private List<Prediction> hangForGood(List<String> texts, Batch batch) {
        if (texts.contains("hang")) {
            batch.cancellation().onCancel(() -> ticker.advance(GRACE));
            ticker.advance(TIMEOUT);
            boolean done = false;
            while (!done) {
                try {
                    done = released.await(1, TimeUnit.MINUTES);
                } catch (InterruptedException ignored) {
                    // Deaf to it.
                }
            }
        }
        return ScriptedEngine.answers(texts);
    }

    @Test
    void aCallPastItsTimeIsCancelledAndOnlyTheRowBehindItFails() throws Exception {
        ScriptedEngine engine = new ScriptedEngine(this::hangUntilCancelled);
        ListSink sink = new ListSink();
        RunReport report = new Pipeline(engine, options(1)).run(RowSource.texts(texts()), sink);
        assertThat(report.ending()).isEqualTo(new Ending.Completed());
        assertThat(report.openCalls()).isZero();
        assertThat(report.batches().timeouts()).isEqualTo(3); // 4 rows, 2 rows, 1 row.
        for (int i = 0; i < 8; i++) {
            if (i == 3) {
                assertThat(sink.outcomes.get(i))
                        .isInstanceOfSatisfying(
                                Outcome.Failed.class,
                                failed -> assertThat(failed.kind()).isEqualTo(Outcome.Kind.TIMEOUT));
            } else {
                assertThat(sink.outcomes.get(i)).isInstanceOf(Outcome.Scored.class);
            }
        }
    }

    @Test
    void aCallThatNeverEndsIsGivenUpAndItsLateAnswerIgnored() throws Exception {
        ScriptedEngine engine = new ScriptedEngine(this::hangForGood, true, 64);
        ListSink sink = new ListSink();
        RunReport report = new Pipeline(engine, options(1)).run(RowSource.texts(texts()), sink);
        assertThat(report.ending()).isEqualTo(new Ending.Completed());
        assertThat(report.openCalls()).isEqualTo(3);
        assertThat(report.batches().replacedWorkers()).isEqualTo(3);
        released.countDown();
        assertThat(sink.outcomes.get(3))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.kind()).isEqualTo(Outcome.Kind.TIMEOUT));
        assertThat(sink.outcomes.stream().filter(o -> o instanceof Outcome.Scored))
                .hasSize(7);
    }

    @Test
    void whenNoCallIsLeftTheRunStopsAndSaysSo() throws Exception {
        ScriptedEngine engine = new ScriptedEngine(this::hangForGood, true, 1);
        ListSink sink = new ListSink();
        RunReport report = new Pipeline(engine, options(1)).run(RowSource.texts(texts()), sink);
        assertThat(report.ending())
                .isInstanceOfSatisfying(
                        Ending.EngineFault.class,
                        fault -> assertThat(fault.message()).contains("did not answer within 5 ms", "--batch-timeout"));
        assertThat(report.openCalls()).isEqualTo(1);
        assertThat(sink.finished).isFalse();
        assertThat(report.rows().in()).isEqualTo(sink.rows.size()).isZero();
    }

    @Test
    void aClassifierWithACallThatHangsIsClosedWithoutPullingTheModelAway() throws Exception {
        ScriptedEngine engine = new ScriptedEngine(this::hangForGood, true, 64);
        Classifier classifier = Classifier.over(engine, options(1));
        assertThat(classifier.classify(texts())).hasSize(8);
        classifier.close();
        assertThat(engine.closed()).isFalse();
        released.countDown();
    }
}
