package dev.decant.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.data.LabelScore;
import dev.decant.data.Outcome;
import dev.decant.engine.Prepared;
import dev.decant.engine.ScriptedEngine;
import dev.decant.metrics.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Random submissions, takes, answers, cancellations and time against a plain list of who waits for what.
class RequestQueueOracleTest {
    /// A submission as the naive model sees it.
    private static final class Client {
        final Submission submission;
        final List<String> texts;
        final Priority priority;
        final long deadline;
        final Set<Integer> open = new HashSet<>();
        boolean dropped;

        Client(Submission submission, List<String> texts, Priority priority, long deadline) {
            this.submission = submission;
            this.texts = texts;
            this.priority = priority;
            this.deadline = deadline;
            for (int i = 0; i < texts.size(); i++) {
                open.add(i);
            }
        }

        boolean waitsFor(String text, Priority at) {
            return !dropped
                    && priority == at
                    && open.stream().anyMatch(i -> texts.get(i).equals(text));
        }
    }

    private record Key(Priority priority, String text) {}

    private final ManualTicker ticker = new ManualTicker();
    private final List<Client> clients = new ArrayList<>();
    /// What has been asked for and not started, in the order in which it was asked for first.
    private final Map<Key, Integer> waiting = new LinkedHashMap<>();
    private final List<List<InferenceRequest>> running = new ArrayList<>();
    private final Map<InferenceRequest, Priority> priorities = new LinkedHashMap<>();

    @Test
    void everySubmissionEndsAsInTheNaiveModel() throws Exception {
        long seed = Long.getLong("decant.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            clients.clear();
            waiting.clear();
            running.clear();
            round(random, "seed " + seed + " round " + round);
        }
    }

    private void round(Random random, String where) throws Exception {
        BatchPolicy batches = new BatchPolicy(1 + random.nextInt(60), 1 + random.nextInt(6));
        int maxRows = 1 + random.nextInt(30);
        QueuePolicy policy = QueuePolicy.DEFAULT
                .withBounds(maxRows, 10_000)
                .withMaxTime(Duration.ZERO)
                .withBulkWorkers(1_000);
        RequestQueue queue = new RequestQueue(batches, policy, ticker);
        for (int step = 0; step < 200; step++) {
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> submit(queue, random, maxRows, where);
                case 4, 5, 6 -> take(queue, batches, where);
                case 7 -> answer(random);
                case 8 -> cancel(queue, random, where);
                default -> ticker.advance(Duration.ofMillis(random.nextInt(5)));
            }
            long rows = waiting.keySet().stream()
                    .filter(key -> key.priority() != Priority.BULK)
                    .count();
            assertThat((long) queue.figures().rows()).as(where).isEqualTo(rows);
        }
        queue.close();
        while (!running.isEmpty() || take(queue, batches, where)) {
            answer(random);
        }
        for (Client client : clients) {
            assertThat(client.submission.await(Duration.ZERO)).as(where).isTrue();
            if (client.dropped) {
                assertThat(client.submission.dropped()).as(where).isNotNull();
                continue;
            }
            assertThat(client.submission.dropped()).as(where).isNull();
            for (int i = 0; i < client.texts.size(); i++) {
                assertThat(client.submission.outcome(i)).as(where).isEqualTo(scored(client.texts.get(i)));
            }
        }
    }

    private static Outcome scored(String text) {
        return new Outcome.Scored(List.of(new LabelScore(text, 1)), false);
    }

    private void submit(RequestQueue queue, Random random, int maxRows, String where) {
        Priority priority = List.of(Priority.values()).get(random.nextInt(4));
        List<String> texts = new ArrayList<>();
        List<Prepared> prepared = new ArrayList<>();
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
            String text = "t" + random.nextInt(60) + " w".repeat(random.nextInt(20));
            texts.add(text);
            prepared.add(new ScriptedEngine.Words(text));
        }
        Duration timeout = random.nextInt(3) == 0 ? Duration.ofMillis(1 + random.nextInt(20)) : null;
        long rows = waiting.keySet().stream()
                .filter(key -> key.priority() != Priority.BULK)
                .count();
        Admission admission = queue.submit(texts, prepared, priority, timeout);
        boolean full = priority != Priority.BULK && rows >= maxRows;
        assertThat(admission instanceof Admission.Full).as(where).isEqualTo(full);
        if (admission instanceof Admission.Accepted(Submission submission)) {
            long deadline = timeout == null ? Long.MAX_VALUE : ticker.nanos() + timeout.toNanos();
            for (int i = 0; i < texts.size(); i++) {
                Key key = new Key(priority, texts.get(i));
                if (!isRunning(key)) {
                    waiting.putIfAbsent(key, prepared.get(i).cost());
                }
            }
            clients.add(new Client(submission, texts, priority, deadline));
        }
    }

    private boolean isRunning(Key key) {
        return running.stream()
                .flatMap(List::stream)
                .anyMatch(request -> new Key(priority(request), text(request)).equals(key));
    }

    private Priority priority(InferenceRequest request) {
        return Objects.requireNonNull(priorities.get(request));
    }

    private static String text(InferenceRequest request) {
        return ((ScriptedEngine.Words) request.prepared()).text();
    }

    private boolean take(RequestQueue queue, BatchPolicy batches, String where) throws InterruptedException {
        List<InferenceRequest> batch = queue.take(Duration.ZERO);
        // The queue drops what is past its deadline when it comes across it, and not before: the model follows.
        for (Client client : clients) {
            if (!client.dropped && client.submission.dropped() != null) {
                assertThat(client.deadline).as(where).isLessThanOrEqualTo(ticker.nanos());
                client.dropped = true;
                forget();
            }
        }
        if (batch == null) {
            assertThat(waiting).as(where).isEmpty();
            return false;
        }
        Priority priority = priorityOf(batch, where);
        int longest = 0;
        for (InferenceRequest request : batch) {
            priorities.put(request, priority);
            longest = Math.max(longest, request.prepared().cost());
            Key key = new Key(priority, text(request));
            assertThat(waiting.remove(key)).as("%s %s", where, key).isNotNull();
            assertThat(clients.stream().anyMatch(c -> c.waitsFor(key.text(), priority) && c.deadline > ticker.nanos()))
                    .as("%s: %s is run for somebody", where, key)
                    .isTrue();
        }
        assertThat(batch.size()).as(where).isLessThanOrEqualTo(batches.maxBatchRows());
        assertThat(batch.size() == 1 || longest * batch.size() <= batches.maxBatchTokens())
                .as(where)
                .isTrue();
        running.add(batch);
        return true;
    }

    /// The batch leads with the oldest text of one of the priorities.
    private Priority priorityOf(List<InferenceRequest> batch, String where) {
        for (Priority priority : Priority.values()) {
            String oldest = oldest(priority);
            if (text(batch.getFirst()).equals(oldest)) {
                return priority;
            }
        }
        throw new AssertionError(where + ": " + text(batch.getFirst()) + " is the oldest of no priority");
    }

    private @Nullable String oldest(Priority priority) {
        return waiting.keySet().stream()
                .filter(key -> key.priority() == priority)
                .map(Key::text)
                .findFirst()
                .orElse(null);
    }

    /// Texts that nobody waits for any more do not wait either.
    private void forget() {
        waiting.keySet().removeIf(key -> clients.stream().noneMatch(c -> c.waitsFor(key.text(), key.priority())));
    }

    private void answer(Random random) {
        if (running.isEmpty()) {
            return;
        }
        for (InferenceRequest request : running.remove(random.nextInt(running.size()))) {
            request.complete(scored(text(request)));
            Priority priority = priority(request);
            for (Client client : clients) {
                if (client.priority == priority) {
                    client.open.removeIf(i -> client.texts.get(i).equals(text(request)));
                }
            }
        }
    }

    private void cancel(RequestQueue queue, Random random, String where) {
        if (clients.isEmpty()) {
            return;
        }
        Client client = clients.get(random.nextInt(clients.size()));
        boolean expected = !client.dropped && !client.open.isEmpty();
        assertThat(queue.drop(client.submission, Submission.Drop.CANCELLED))
                .as(where)
                .isEqualTo(expected);
        client.dropped |= expected;
        forget();
    }
}
