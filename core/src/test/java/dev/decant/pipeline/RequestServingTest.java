package dev.decant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.batch.Admission;
import dev.decant.batch.BatchPolicy;
import dev.decant.batch.Priority;
import dev.decant.batch.QueuePolicy;
import dev.decant.batch.RequestQueue;
import dev.decant.batch.Submission;
import dev.decant.data.Outcome;
import dev.decant.engine.Batch;
import dev.decant.engine.EngineException;
import dev.decant.engine.Prediction;
import dev.decant.engine.Prepared;
import dev.decant.engine.ScriptedEngine;
import dev.decant.metrics.ManualTicker;
import dev.decant.metrics.RunMetrics;
import dev.decant.metrics.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Workers that cut their batches from a request queue.
class RequestServingTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final RunMetrics metrics = new RunMetrics();

    private static RequestQueue queue(BatchPolicy batches, Ticker ticker) {
        return new RequestQueue(batches, QueuePolicy.DEFAULT.withBounds(1 << 20, 1 << 30), ticker);
    }

    private static Submission submit(RequestQueue queue, Priority priority, List<String> texts) {
        List<Prepared> prepared = new ArrayList<>();
        texts.forEach(text -> prepared.add(new ScriptedEngine.Words(text)));
        Admission admission = queue.submit(texts, prepared, priority, null);
        assertThat(admission).isInstanceOf(Admission.Accepted.class);
        return ((Admission.Accepted) admission).submission();
    }

    @Test
    void oneBadTextFailsAloneAmongManyClients() throws Exception {
        long seed = Long.getLong("decant.seed", System.nanoTime());
        ScriptedEngine engine = new ScriptedEngine(RequestServingTest::poisoned);
        RequestQueue queue = queue(new BatchPolicy(200, 16), Ticker.SYSTEM);
        FaultPolicy faults = new FaultPolicy(0, Duration.ZERO, LONG, LONG);
        InstanceGroup group = new InstanceGroup(engine, 3, queue, faults, metrics, Ticker.SYSTEM);
        List<Callable<Void>> clients = new ArrayList<>();
        for (int c = 0; c < 8; c++) {
            Random random = new Random(seed + c);
            String where = "seed " + seed + " client " + c;
            clients.add(() -> {
                for (int i = 0; i < 200; i++) {
                    client(queue, random, where);
                }
                return null;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(clients.size())) {
            for (Future<Void> client : threads.invokeAll(clients)) {
                client.get();
            }
        }
        queue.close();
        assertThat(group.shutdown(LONG)).isZero();
        assertThat(metrics.batches().bisections()).as("seed " + seed).isPositive();
    }

    private static void client(RequestQueue queue, Random random, String where) throws InterruptedException {
        List<String> texts = new ArrayList<>();
        for (int i = 1 + random.nextInt(20); i > 0; i--) {
            texts.add((random.nextInt(30) == 0 ? "poison " : "text ") + random.nextInt(100));
        }
        Submission submission = submit(queue, List.of(Priority.values()).get(random.nextInt(4)), texts);
        assertThat(submission.await(LONG)).as(where).isTrue();
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i).startsWith("poison")) {
                assertThat(submission.outcome(i)).as(where).isInstanceOf(Outcome.Failed.class);
            } else {
                var expected =
                        new Outcome.Scored(ScriptedEngine.answer(texts.get(i)).scores(), false);
                assertThat(submission.outcome(i)).as(where).isEqualTo(expected);
            }
        }
    }

    private static List<Prediction> poisoned(List<String> texts, Batch batch) throws EngineException {
        if (texts.stream().anyMatch(text -> text.startsWith("poison"))) {
            throw new EngineException(EngineException.Fault.PERMANENT, "poison");
        }
        return ScriptedEngine.answers(texts);
    }

    @Test
    void requestsThatComeWhileAllWorkersAreBusyShareTheNextBatch() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        List<Integer> sizes = new ArrayList<>();
        ScriptedEngine engine = new ScriptedEngine((texts, batch) -> {
            sizes.add(texts.size());
            busy.countDown();
            await(free);
            return ScriptedEngine.answers(texts);
        });
        RequestQueue queue = queue(BatchPolicy.DEFAULT, Ticker.SYSTEM);
        InstanceGroup group = new InstanceGroup(engine, 1, queue, FaultPolicy.DEFAULT, metrics, Ticker.SYSTEM);
        submit(queue, Priority.NORMAL, List.of("first"));
        await(busy);
        List<Submission> later = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            later.add(submit(queue, Priority.NORMAL, List.of("later " + i)));
        }
        free.countDown();
        for (Submission submission : later) {
            assertThat(submission.await(LONG)).isTrue();
        }
        queue.close();
        assertThat(group.shutdown(LONG)).isZero();
        assertThat(sizes).containsExactly(1, 5);
    }

    @Test
    void aCallThatNeverEndsFailsItsTextAndNoOther() throws Exception {
        ManualTicker ticker = new ManualTicker();
        Duration timeout = Duration.ofMillis(5);
        CountDownLatch released = new CountDownLatch(1);
        ScriptedEngine engine = new ScriptedEngine((texts, batch) -> {
            if (texts.contains("hang")) {
                batch.cancellation().onCancel(() -> ticker.advance(timeout));
                ticker.advance(timeout);
                awaitDeaf(released);
            }
            return ScriptedEngine.answers(texts);
        });
        RequestQueue queue = queue(BatchPolicy.ALONE, ticker);
        FaultPolicy faults = new FaultPolicy(0, Duration.ZERO, timeout, timeout);
        InstanceGroup group = new InstanceGroup(engine, 1, queue, faults, metrics, ticker);
        Submission submission = submit(queue, Priority.NORMAL, List.of("a", "hang", "b"));
        assertThat(submission.await(LONG)).isTrue();
        assertThat(submission.outcome(0)).isInstanceOf(Outcome.Scored.class);
        assertThat(submission.outcome(1))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.kind()).isEqualTo(Outcome.Kind.TIMEOUT));
        assertThat(submission.outcome(2)).isInstanceOf(Outcome.Scored.class);
        released.countDown();
        queue.close();
        assertThat(group.shutdown(LONG)).isZero();
    }

    @Test
    void aShutdownRunsWhatWasAccepted() throws Exception {
        ScriptedEngine engine = new ScriptedEngine();
        RequestQueue queue = queue(BatchPolicy.ALONE, Ticker.SYSTEM);
        InstanceGroup group = new InstanceGroup(engine, 2, queue, FaultPolicy.DEFAULT, metrics, Ticker.SYSTEM);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            texts.add("text " + i);
        }
        Submission submission = submit(queue, Priority.BULK, texts);
        queue.close();
        assertThat(group.shutdown(LONG)).isZero();
        assertThat(submission.await(Duration.ZERO)).isTrue();
        assertThat(submission.dropped()).isNull();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitDeaf(CountDownLatch latch) {
        boolean done = false;
        while (!done) {
            try {
                done = latch.await(1, TimeUnit.MINUTES);
            } catch (InterruptedException ignored) {
                // Deaf to it.
            }
        }
    }
}
