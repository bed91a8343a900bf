package dev.decant.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.decant.data.LabelScore;
import dev.decant.data.Outcome;
import dev.decant.engine.Prepared;
import dev.decant.engine.ScriptedEngine;
import dev.decant.metrics.ManualTicker;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestQueueTest {
    private static final BatchPolicy BATCHES = new BatchPolicy(40, 4);

    private final ManualTicker ticker = new ManualTicker();
    private RequestQueue queue = queue(QueuePolicy.DEFAULT);

    private RequestQueue queue(QueuePolicy policy) {
        return new RequestQueue(BATCHES, policy, ticker);
    }

    private Admission offer(Priority priority, @Nullable Duration timeout, String... texts) {
        List<Prepared> prepared = Arrays.stream(texts)
                .map(text -> (Prepared) new ScriptedEngine.Words(text))
                .toList();
        return queue.submit(List.of(texts), prepared, priority, timeout);
    }

    private Submission submit(Priority priority, String... texts) {
        return accepted(offer(priority, null, texts));
    }

    private Submission submit(String... texts) {
        return submit(Priority.NORMAL, texts);
    }

    private static Submission accepted(Admission admission) {
        assertThat(admission).isInstanceOf(Admission.Accepted.class);
        return ((Admission.Accepted) admission).submission();
    }

    private @Nullable List<InferenceRequest> take() throws InterruptedException {
        return queue.take(Duration.ZERO);
    }

    private List<String> takeTexts() throws InterruptedException {
        return texts(take());
    }

    private static List<String> texts(@Nullable List<InferenceRequest> batch) {
        return batch == null
                ? List.of()
                : batch.stream()
                        .map(request -> ((ScriptedEngine.Words) request.prepared()).text())
                        .toList();
    }

    private static void answer(@Nullable List<InferenceRequest> batch) {
        for (InferenceRequest request : Objects.requireNonNull(batch)) {
            String text = ((ScriptedEngine.Words) request.prepared()).text();
            request.complete(new Outcome.Scored(List.of(new LabelScore(text, 1)), false));
        }
    }

    private static String words(int count) {
        return "w" + " w".repeat(count - 1);
    }

    @Test
    void aBatchIsWhatWaitsWhenAWorkerIsFree() throws Exception {
        submit("a");
        submit("b", "c");
        assertThat(takeTexts()).containsExactly("a", "b", "c");
        assertThat(take()).isNull();
    }

    @Test
    void theOldestTextLeadsAndThoseOfLikeLengthFillTheBatch() throws Exception {
        submit(words(5));
        submit(words(20));
        submit(words(6));
        submit(words(4) + " x");
        assertThat(takeTexts()).containsExactly(words(5), words(4) + " x", words(6));
        assertThat(takeTexts()).containsExactly(words(20));
    }

    @Test
    void aTextThatCostsMoreThanABatchMayRunsAlone() throws Exception {
        submit(words(100), words(3));
        assertThat(takeTexts()).containsExactly(words(100));
        assertThat(takeTexts()).containsExactly(words(3));
    }

    @Test
    void aRequestMayBeLargerThanABatch() throws Exception {
        Submission submission = submit("a", "b", "c", "d", "e", "f");
        answer(take());
        assertThat(submission.await(Duration.ZERO)).isFalse();
        answer(take());
        assertThat(submission.await(Duration.ZERO)).isTrue();
        for (int i = 0; i < 6; i++) {
            assertThat(((Outcome.Scored) submission.outcome(i)).best().label()).isEqualTo("" + (char) ('a' + i));
        }
    }

    @Test
    void oneTextAndABatchAreRefusedAtTheSameMoment() throws Exception {
        queue = queue(QueuePolicy.DEFAULT.withBounds(3, 1_000));
        submit("a", "b");
        submit("c", "d", "e"); // Below the bound when it came: taken, however large.
        assertThat(offer(Priority.NORMAL, null, "f")).isInstanceOf(Admission.Full.class);
        assertThat(offer(Priority.NORMAL, null, "f", "g")).isInstanceOf(Admission.Full.class);
        assertThat(queue.figures().refused()).isEqualTo(2);
        answer(take());
        submit("f", "g");
    }

    @Test
    void tokensBoundTheQueueToo() throws Exception {
        queue = queue(QueuePolicy.DEFAULT.withBounds(100, 10));
        submit(words(10));
        assertThat(offer(Priority.NORMAL, null, "a")).isInstanceOf(Admission.Full.class);
        take();
        submit("a");
    }

    /// Runs batches of four texts that take `each`, with more waiting all the time; then fills the queue and
    /// tells how many texts wait.
    private int waitingWhenFull(Duration each, String name) throws InterruptedException {
        for (int i = 0; i < 40; i++) {
            offer(Priority.NORMAL, null, name + "a" + i, name + "b" + i, name + "c" + i, name + "d" + i);
            List<InferenceRequest> batch = take();
            ticker.advance(each);
            answer(batch);
        }
        take();
        for (int i = 0; i < 2_000 && offer(Priority.NORMAL, null, name + i) instanceof Admission.Accepted; i++) {}
        return queue.figures().rows();
    }

    private void drain() throws InterruptedException {
        while (queue.figures().rows() > 0) {
            List<InferenceRequest> batch = take();
            ticker.advance(Duration.ofMillis(100));
            answer(batch);
        }
    }

    @Test
    void whatWouldWaitTooLongIsRefused() throws Exception {
        submit("there", "is", "always", "some", "more");
        assertThat(waitingWhenFull(Duration.ofMillis(100), "fast")).isBetween(76, 84); // Two seconds at 40 a second.
        assertThat(queue.refuse()).isNotNull();
        // Slower now: fewer texts may wait for as long as before.
        assertThat(waitingWhenFull(Duration.ofMillis(400), "slow")).isBetween(18, 22);
        drain();
        assertThat(queue.refuse()).isNull();
    }

    @Test
    void anHourWithoutRequestsDoesNotMakeTheWorkersLookSlow() throws Exception {
        submit("there", "is", "always", "some", "more");
        int before = waitingWhenFull(Duration.ofMillis(100), "before");
        drain();
        ticker.advance(Duration.ofHours(1));
        submit("x");
        take();
        for (int i = 0; i < 2_000 && offer(Priority.NORMAL, null, "y" + i) instanceof Admission.Accepted; i++) {}
        assertThat(queue.figures().rows()).isCloseTo(before, within(2));
    }

    @Test
    void aTimeOfNothingIsNoBound() throws Exception {
        queue = queue(QueuePolicy.DEFAULT.withMaxTime(Duration.ZERO));
        submit("there", "is", "always", "some", "more");
        assertThat(waitingWhenFull(Duration.ofSeconds(10), "slow")).isEqualTo(QueuePolicy.DEFAULT.maxRows());
    }

    @Test
    void aRefusedRequestIsToldHowLongTheQueueTakesAtTheRateOfLate() throws Exception {
        queue = queue(QueuePolicy.DEFAULT.withBounds(40, 1_000));
        for (int i = 0; i < 60; i++) { // Four texts in a second, for a minute.
            submit("a" + i, "b" + i, "c" + i, "d" + i);
            answer(take());
            ticker.advance(Duration.ofSeconds(1));
        }
        assertThat(queue.figures().rowsPerSecond()).isBetween(3.5, 4.5);
        for (int i = 0; i < 40; i++) {
            submit("w" + i);
        }
        assertThat(offer(Priority.NORMAL, null, "x"))
                .isInstanceOfSatisfying(
                        Admission.Full.class,
                        full -> assertThat(full.retryAfter().toSeconds()).isBetween(9L, 12L));
    }

    @Test
    void whatIsPastItsDeadlineNeverReachesTheModel() throws Exception {
        Submission late = accepted(offer(Priority.NORMAL, Duration.ofMillis(10), "late", "later"));
        Submission patient = accepted(offer(Priority.NORMAL, Duration.ofMillis(11), "patient"));
        ticker.advance(Duration.ofMillis(10));
        assertThat(takeTexts()).containsExactly("patient");
        assertThat(late.await(Duration.ZERO)).isTrue();
        assertThat(late.dropped()).isEqualTo(Submission.Drop.EXPIRED);
        assertThat(patient.dropped()).isNull();
        assertThat(queue.figures().expired()).isEqualTo(1);
    }

    @Test
    void whatNobodyWaitsForAnyMoreNeverReachesTheModelAndMakesRoom() throws Exception {
        queue = queue(QueuePolicy.DEFAULT.withBounds(2, 1_000));
        Submission gone = submit("a", "b");
        assertThat(queue.drop(gone, Submission.Drop.CANCELLED)).isTrue();
        assertThat(queue.drop(gone, Submission.Drop.CANCELLED)).isFalse();
        submit("c");
        assertThat(takeTexts()).containsExactly("c");
        assertThat(queue.figures().cancelled()).isEqualTo(1);
        assertThat(gone.await(Duration.ZERO)).isTrue();
    }

    @Test
    void anIdenticalTextIsRunOnceForAllWhoAsk() throws Exception {
        Submission first = submit("a", "a", "b");
        Submission second = submit("a");
        List<InferenceRequest> batch = take();
        assertThat(texts(batch)).containsExactly("a", "b");
        Submission whileItRuns = submit("b");
        assertThat(take()).isNull();
        answer(batch);
        for (Submission submission : List.of(first, second, whileItRuns)) {
            assertThat(submission.await(Duration.ZERO)).isTrue();
            assertThat(submission.dropped()).isNull();
        }
        assertThat(whileItRuns.queueTime()).isZero();
        assertThat(queue.figures().shared()).isEqualTo(3);
        submit("a");
        assertThat(takeTexts()).containsExactly("a"); // Nothing is kept once it has been answered.
    }

    @Test
    void aTextSharedWithOneWhoHasGoneIsStillRun() throws Exception {
        Submission gone = submit("a");
        Submission stays = submit("a");
        queue.drop(gone, Submission.Drop.CANCELLED);
        answer(take());
        assertThat(stays.await(Duration.ZERO)).isTrue();
        assertThat(stays.outcome(0)).isInstanceOf(Outcome.Scored.class);
    }

    @Test
    void higherPrioritiesRunFirst() throws Exception {
        submit(Priority.BULK, "bulk");
        submit(Priority.LOW, "low");
        submit(Priority.NORMAL, "normal");
        submit(Priority.HIGH, "high");
        for (String expected : List.of("high", "normal", "low", "bulk")) {
            List<InferenceRequest> batch = take();
            assertThat(texts(batch)).containsExactly(expected);
            answer(batch);
        }
    }

    @Test
    void noPriorityWaitsForEver() throws Exception {
        submit(Priority.LOW, "low");
        ticker.advance(Duration.ofSeconds(1));
        int batches = 0;
        boolean served = false;
        while (!served && batches++ < 40) {
            submit(Priority.HIGH, "high" + batches);
            served = takeTexts().contains("low");
        }
        assertThat(served).isTrue();
    }

    @Test
    void bulkRowsLeaveAWorkerFreeWhileRequestsCome() throws Exception {
        submit(Priority.NORMAL, "request");
        answer(take());
        submit(Priority.BULK, "b1", "b2", "b3", "b4");
        submit(Priority.BULK, "b5");
        List<InferenceRequest> running = take();
        assertThat(texts(running)).containsExactly("b1", "b2", "b3", "b4");
        assertThat(take()).isNull();
        answer(running);
        assertThat(takeTexts()).containsExactly("b5");
    }

    @Test
    void bulkRowsDoNotTakeTheLastWorkerBesideARequest() throws Exception {
        submit(Priority.BULK, "bulk");
        submit(Priority.NORMAL, "request");
        List<InferenceRequest> request = take();
        assertThat(texts(request)).containsExactly("request");
        assertThat(take()).isNull(); // The worker that is left stays free for the next request.
        answer(request);
        assertThat(takeTexts()).containsExactly("bulk");
    }

    @Test
    void bulkRowsComeNowAndThenWhereRequestsNeverEnd() throws Exception {
        submit(Priority.BULK, "bulk");
        ticker.advance(Duration.ofMillis(1));
        submit(Priority.NORMAL, "request0");
        List<InferenceRequest> running = take(); // There is always one that runs, and one that waits.
        int batches = 0;
        boolean served = false;
        while (!served && batches++ < 40) {
            submit(Priority.NORMAL, "request" + batches);
            List<InferenceRequest> next = take();
            served = texts(next).contains("bulk");
            answer(running);
            running = next;
        }
        assertThat(served).isTrue();
    }

    @Test
    void bulkRowsHaveAllWorkersWhereNoRequestsCome() throws Exception {
        submit(Priority.NORMAL, "request");
        answer(take());
        ticker.advance(Duration.ofSeconds(2));
        submit(Priority.BULK, "b1", "b2", "b3", "b4");
        submit(Priority.BULK, "b5");
        assertThat(takeTexts()).hasSize(4);
        assertThat(takeTexts()).containsExactly("b5");
    }

    @Test
    void bulkRowsAreNotCountedAgainstRequests() {
        queue = queue(QueuePolicy.DEFAULT.withBounds(1, 1_000));
        submit(Priority.BULK, "b1", "b2", "b3");
        submit("request");
        assertThat(queue.figures().rows()).isEqualTo(1);
        assertThat(queue.figures().bulkRows()).isEqualTo(3);
    }

    @Test
    void aBatchWaitsForCompanyNoLongerThanItMay() throws Exception {
        queue = queue(QueuePolicy.DEFAULT.withMaxDelay(Duration.ofMillis(5)));
        submit("a");
        assertThat(take()).isNull();
        submit("b", "c", "d"); // Full.
        assertThat(takeTexts()).hasSize(4);
        submit("e");
        ticker.advance(Duration.ofMillis(5));
        assertThat(takeTexts()).containsExactly("e");
        submit("f");
        queue.close(); // Nobody else will come.
        assertThat(takeTexts()).containsExactly("f");
    }

    @Test
    void aClosedQueueStillGivesWhatItHasAccepted() throws Exception {
        Submission submission = submit("a");
        queue.close();
        assertThat(offer(Priority.NORMAL, null, "b")).isEqualTo(new Admission.Closed());
        answer(take());
        assertThat(submission.await(Duration.ZERO)).isTrue();
        assertThat(queue.take(Duration.ofMinutes(1))).isNull(); // At once: nothing can come.
    }

    @Test
    void anAbandonedQueueLetsNobodyWait() throws Exception {
        Submission running = submit("a");
        take();
        Submission waiting = submit("b");
        queue.abandon();
        assertThat(running.await(Duration.ZERO)).isTrue();
        assertThat(running.dropped()).isEqualTo(Submission.Drop.CLOSED);
        assertThat(waiting.dropped()).isEqualTo(Submission.Drop.CLOSED);
        assertThat(take()).isNull();
    }

    @Test
    void timesAreThoseOfTheTextsInTheMean() throws Exception {
        Submission submission = submit("a", "b", "c", "d", "e");
        ticker.advance(Duration.ofMillis(10));
        List<InferenceRequest> first = take();
        ticker.advance(Duration.ofMillis(20));
        answer(first);
        answer(take());
        assertThat(submission.queueTime()).isEqualTo(Duration.ofMillis((4 * 10 + 30) / 5));
        assertThat(submission.inferenceTime()).isEqualTo(Duration.ofMillis(4 * 20 / 5));
    }
}
