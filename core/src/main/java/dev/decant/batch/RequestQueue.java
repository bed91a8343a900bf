package dev.decant.batch;

import dev.decant.data.Outcome;
import dev.decant.engine.Prepared;
import dev.decant.metrics.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Texts of many clients that wait for a worker: bounded, by priority, and cut into batches only when one is free.
///
/// So a batch is what waits at that moment, and a request that comes while all workers are busy joins the next
/// one. The oldest text of the highest priority leads the batch; texts of like length that came soon after it fill it
/// up. Texts whose deadline has passed, or whose client has gone, are dropped before the model and counted. An
/// identical
/// text of the same priority that waits or runs already is shared. Callable from any thread; calls do
/// not block but for [#take].
public final class RequestQueue {
    /// Every so many batches the longest-waiting one of a lower priority is run, so that none waits for ever.
    private static final int FAIR_SHARE = 20;

    /// Waiting texts looked at for a batch, for each of its rows.
    private static final int CANDIDATES = 4;

    /// For so long after a request other than a bulk one, bulk rows start only where a worker stays free.
    private static final long REQUESTS_EXPECTED_NANOS = 1_000_000_000;

    /// One text that waits or runs, for all submissions that ask for it.
    static final class Entry {
        final String text;
        final Prepared prepared;
        final Priority priority;
        final List<Member> members = new ArrayList<>(1);
        final long submittedNanos;
        long startedNanos;

        @Nullable
        Running running;

        Entry(String text, Prepared prepared, Priority priority, long submittedNanos) {
            this.text = text;
            this.prepared = prepared;
            this.priority = priority;
            this.submittedNanos = submittedNanos;
        }
    }

    record Member(Submission submission, int index) {}

    /// A batch that a worker has.
    static final class Running {
        final Priority priority;
        int open;

        Running(Priority priority, int open) {
            this.priority = priority;
            this.open = open;
        }
    }

    /// Texts that wait with one priority.
    private static final class Level {
        final Set<Entry> waiting = new LinkedHashSet<>();
        /// Those that run, too.
        final Map<String, Entry> byText = new HashMap<>();
        long tokens;
    }

    private final BatchPolicy batches;
    private final QueuePolicy policy;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Priority, Level> levels = new EnumMap<>(Priority.class);
    private final DrainRate drain;
    private final ServiceRate service = new ServiceRate();
    private boolean closed;
    private int freeWorkers;
    private int turn;
    private int runningBatches;
    private int runningBulk;
    private long lastRequestNanos;
    private boolean anyRequest;
    private long accepted;
    private long shared;
    private long refused;
    private long expired;
    private long cancelled;

    /// @param batches how large a batch may be; what the model allows, see [BatchPolicy#forModel]
    public RequestQueue(BatchPolicy batches, QueuePolicy policy, Ticker ticker) {
        this.batches = batches;
        this.policy = policy;
        this.ticker = ticker;
        this.drain = new DrainRate(ticker.nanos());
        for (Priority priority : Priority.values()) {
            levels.put(priority, new Level());
        }
    }

    private Level level(Priority priority) {
        Level level = levels.get(priority);
        if (level == null) {
            throw new IllegalStateException("no level " + priority);
        }
        return level;
    }

    /// Asks for the outcomes of texts: all of them are taken, or none.
    ///
    /// @param prepared what the engine made of each text
    /// @param timeout after how long the answer is of no more use; null for never
    public Admission submit(
            List<String> texts, List<? extends Prepared> prepared, Priority priority, @Nullable Duration timeout) {
        lock.lock();
        try {
            long now = ticker.nanos();
            if (closed) {
                return new Admission.Closed();
            }
            if (priority != Priority.BULK) {
                Admission.Full full = refuse(now);
                if (full != null) {
                    return full;
                }
            }
            Submission submission = new Submission(texts.size(), priority, now, timeout);
            Level level = level(priority);
            for (int i = 0; i < texts.size(); i++) {
                Entry entry = level.byText.get(texts.get(i));
                if (entry == null) {
                    entry = new Entry(texts.get(i), prepared.get(i), priority, now);
                    level.byText.put(entry.text, entry);
                    level.waiting.add(entry);
                    level.tokens += entry.prepared.cost();
                    changed.signal();
                } else {
                    shared++;
                }
                entry.members.add(new Member(submission, i));
                submission.entries[i] = entry;
            }
            accepted += texts.size();
            observe(now);
            return new Admission.Accepted(submission);
        } finally {
            lock.unlock();
        }
    }

    /// The refusal that a request would meet now, which then counts as refused; null where there is room. A server
    /// that has too much to do thus saves itself the work of preparing what it will not take.
    public Admission.@Nullable Full refuse() {
        lock.lock();
        try {
            return closed ? null : refuse(ticker.nanos());
        } finally {
            lock.unlock();
        }
    }

    private Admission.@Nullable Full refuse(long now) {
        anyRequest = true;
        lastRequestNanos = now;
        observe(now);
        if (rows() < policy.maxRows() && tokens() < policy.maxTokens() && !tooLong()) {
            return null;
        }
        refused++;
        return new Admission.Full(drain.timeFor(rows(), now));
    }

    private boolean tooLong() {
        return policy.maxTime().isPositive() && service.timeFor(tokens()).compareTo(policy.maxTime()) >= 0;
    }

    /// Every change of what waits, and of who is free for it, ends here.
    private void observe(long now) {
        service.busy(runningBatches > 0 && freeWorkers == 0 && rows() > 0, now);
    }

    private int rows() {
        int rows = 0;
        for (Map.Entry<Priority, Level> entry : levels.entrySet()) {
            rows += entry.getKey() == Priority.BULK
                    ? 0
                    : entry.getValue().waiting.size();
        }
        return rows;
    }

    private long tokens() {
        long tokens = 0;
        for (Map.Entry<Priority, Level> entry : levels.entrySet()) {
            tokens += entry.getKey() == Priority.BULK ? 0 : entry.getValue().tokens;
        }
        return tokens;
    }

    /// Drops a submission that has not ended: its texts do not reach the model unless others want them too, or
    /// they are there already.
    ///
    /// @return whether it was dropped now
    public boolean drop(Submission submission, Submission.Drop reason) {
        lock.lock();
        try {
            return dropLocked(submission, reason);
        } finally {
            lock.unlock();
        }
    }

    private boolean dropLocked(Submission submission, Submission.Drop reason) {
        if (submission.ended()) {
            return false;
        }
        switch (reason) {
            case EXPIRED -> expired++;
            case CANCELLED -> cancelled++;
            case CLOSED -> {}
        }
        for (Entry entry : submission.entries) {
            entry.members.removeIf(member -> member.submission == submission);
            if (entry.members.isEmpty() && entry.running == null) {
                Level level = level(entry.priority);
                if (level.waiting.remove(entry)) {
                    level.tokens -= entry.prepared.cost();
                    level.byText.remove(entry.text);
                }
            }
        }
        submission.drop(reason);
        observe(ticker.nanos());
        return true;
    }

    private void dropExpired(List<Entry> entries, long now) {
        for (Entry entry : entries) {
            for (Member member : List.copyOf(entry.members)) {
                if (member.submission.expired(now)) {
                    dropLocked(member.submission, Submission.Drop.EXPIRED);
                }
            }
        }
    }

    /// The next batch, for a worker that is free; null when there is none within about `patience`, or at once
    /// when the queue is closed and empty.
    public @Nullable List<InferenceRequest> take(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = patience.toNanos();
            while (true) {
                List<InferenceRequest> batch = cut(ticker.nanos());
                if (batch != null || left <= 0 || (closed && empty())) {
                    return batch;
                }
                long pause = policy.maxDelay().isZero() || empty()
                        ? left
                        : Math.min(left, policy.maxDelay().toNanos());
                freeWorkers++;
                observe(ticker.nanos());
                try {
                    left -= pause - Math.max(0, changed.awaitNanos(pause));
                } finally {
                    freeWorkers--;
                    observe(ticker.nanos());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean empty() {
        for (Level level : levels.values()) {
            if (!level.waiting.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private @Nullable List<InferenceRequest> cut(long now) {
        for (Priority priority : order()) {
            if (priority == Priority.BULK && requestsExpected(now) && !roomForBulk()) {
                continue;
            }
            List<Entry> entries = choose(level(priority), now);
            if (!entries.isEmpty()) {
                turn++;
                return start(priority, entries, now);
            }
        }
        return null;
    }

    /// Whether a worker would be free for the next request, whatever the others run; on a fair turn whether one
    /// would run no bulk rows.
    private boolean roomForBulk() {
        return (fairTurn() ? runningBulk : runningBatches) < policy.bulkWorkers();
    }

    private boolean fairTurn() {
        return turn % FAIR_SHARE == FAIR_SHARE - 1;
    }

    private boolean requestsExpected(long now) {
        return anyRequest && now - lastRequestNanos < REQUESTS_EXPECTED_NANOS;
    }

    /// By priority; but now and then whoever has waited longest comes first.
    private List<Priority> order() {
        List<Priority> order = new ArrayList<>(levels.keySet());
        if (fairTurn()) {
            order.sort(Comparator.comparing(this::longestWaiting));
        }
        return order;
    }

    private Long longestWaiting(Priority priority) {
        Set<Entry> waiting = level(priority).waiting;
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.iterator().next().submittedNanos;
    }

    private List<Entry> choose(Level level, long now) {
        List<Entry> candidates = new ArrayList<>();
        while (true) {
            int most = batches.maxBatchRows() == 1
                    ? 1
                    : Math.multiplyExact(CANDIDATES, Math.min(batches.maxBatchRows(), 1 << 20));
            candidates.clear();
            Iterator<Entry> waiting = level.waiting.iterator();
            while (waiting.hasNext() && candidates.size() < most) {
                candidates.add(waiting.next());
            }
            int before = level.waiting.size();
            dropExpired(candidates, now);
            if (before == level.waiting.size()) {
                break;
            }
        }
        if (candidates.isEmpty() || waitsForMore(level, candidates.getFirst(), now)) {
            return List.of();
        }
        return fill(candidates);
    }

    private boolean waitsForMore(Level level, Entry oldest, long now) {
        return !policy.maxDelay().isZero()
                && !closed
                && now - oldest.submittedNanos < policy.maxDelay().toNanos()
                && level.waiting.size() < batches.maxBatchRows()
                && level.tokens < batches.maxBatchTokens();
    }

    /// The oldest candidate, and those nearest to it in length as far as they fit.
    private List<Entry> fill(List<Entry> candidates) {
        Entry oldest = candidates.getFirst();
        List<Entry> others = new ArrayList<>(candidates.subList(1, candidates.size()));
        int cost = oldest.prepared.cost();
        others.sort(Comparator.comparingInt(entry -> Math.abs(entry.prepared.cost() - cost)));
        List<Entry> batch = new ArrayList<>();
        batch.add(oldest);
        long width = Math.max(1, cost);
        for (Entry entry : others) {
            long wider = Math.max(width, entry.prepared.cost());
            if (batch.size() == batches.maxBatchRows() || wider * (batch.size() + 1) > batches.maxBatchTokens()) {
                break;
            }
            width = wider;
            batch.add(entry);
        }
        return batch;
    }

    private List<InferenceRequest> start(Priority priority, List<Entry> entries, long now) {
        Level level = level(priority);
        Running running = new Running(priority, entries.size());
        runningBatches++;
        if (priority == Priority.BULK) {
            runningBulk++;
        }
        List<InferenceRequest> batch = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            level.waiting.remove(entry);
            level.tokens -= entry.prepared.cost();
            entry.running = running;
            entry.startedNanos = now;
            batch.add(new InferenceRequest(entry.prepared, request -> ended(entry, running, request)));
        }
        observe(now);
        return batch;
    }

    private void ended(Entry entry, Running running, InferenceRequest request) {
        Outcome outcome = request.outcome();
        if (outcome == null) {
            throw new IllegalStateException("a request that is done has an outcome");
        }
        lock.lock();
        try {
            long now = ticker.nanos();
            level(entry.priority).byText.remove(entry.text, entry);
            for (Member member : entry.members) {
                member.submission.complete(member.index, outcome, entry.startedNanos, now);
            }
            entry.members.clear();
            observe(now);
            if (running.priority != Priority.BULK) {
                drain.left(1, now);
                service.done(entry.prepared.cost());
            }
            if (--running.open == 0) {
                runningBatches--;
                if (running.priority == Priority.BULK) {
                    runningBulk--;
                }
                changed.signal();
                observe(now);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes no more submissions; those that wait may still be taken.
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Drops all that wait or run, after [#close]: their model answers no more.
    public void abandon() {
        close();
        lock.lock();
        try {
            for (Level level : levels.values()) {
                for (Entry entry : List.copyOf(level.byText.values())) {
                    for (Member member : List.copyOf(entry.members)) {
                        dropLocked(member.submission, Submission.Drop.CLOSED);
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// The queue at this moment.
    public Figures figures() {
        lock.lock();
        try {
            int all = 0;
            for (Level level : levels.values()) {
                all += level.waiting.size();
            }
            return new Figures(
                    rows(),
                    tokens(),
                    all - rows(),
                    drain.rowsPerSecond(ticker.nanos()),
                    accepted,
                    shared,
                    refused,
                    expired,
                    cancelled);
        } finally {
            lock.unlock();
        }
    }

    /// A queue in figures; the counts are from its beginning.
    ///
    /// @param rows texts that wait, bulk ones apart
    /// @param tokens their cost
    /// @param bulkRows bulk texts that wait
    /// @param rowsPerSecond texts that were done in a second of late, bulk ones apart
    /// @param accepted texts taken, each copy of identical ones counted
    /// @param shared of these, texts that took the outcome of an identical one
    /// @param refused submissions for which there was no room
    /// @param expired submissions dropped since their deadline passed
    /// @param cancelled submissions dropped since their client had gone
    public record Figures(
            int rows,
            long tokens,
            int bulkRows,
            double rowsPerSecond,
            long accepted,
            long shared,
            long refused,
            long expired,
            long cancelled) {
        /// Nothing has ever waited.
        public static final Figures NONE = new Figures(0, 0, 0, 0, 0, 0, 0, 0, 0);

        /// What `now` says of the present, with the counts of both.
        public Figures plus(Figures now) {
            return new Figures(
                    now.rows,
                    now.tokens,
                    now.bulkRows,
                    now.rowsPerSecond,
                    accepted + now.accepted,
                    shared + now.shared,
                    refused + now.refused,
                    expired + now.expired,
                    cancelled + now.cancelled);
        }
    }
}
