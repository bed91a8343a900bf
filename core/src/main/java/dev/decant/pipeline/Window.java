package dev.decant.pipeline;

import dev.decant.batch.InferenceRequest;
import dev.decant.data.Outcome;
import dev.decant.data.Row;
import dev.decant.engine.Prepared;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Consecutive rows that are batched and committed together.
///
/// A row either has its outcome from the start (nothing to score, or it could not be prepared) or
/// waits for a request, which rows of identical text share. Filled and sealed by the preparing
/// thread, its requests completed by workers, read by the committing thread once all are done.
final class Window {
    /// One row with exactly one of an outcome and a request.
    private record Entry(
            Row row, @Nullable Outcome decided, @Nullable InferenceRequest request) {}

    private final List<Entry> entries = new ArrayList<>();
    private final List<InferenceRequest> requests = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final CountDownLatch done = new CountDownLatch(1);

    /// A new request of this window.
    InferenceRequest request(Prepared prepared) {
        InferenceRequest request = new InferenceRequest(prepared, ignored -> arrived());
        requests.add(request);
        return request;
    }

    void add(Row row, InferenceRequest request) {
        entries.add(new Entry(row, null, request));
    }

    void add(Row row, Outcome decided) {
        entries.add(new Entry(row, decided, null));
    }

    /// The window is full; its requests may be submitted now.
    void seal() {
        open.set(requests.size());
        if (requests.isEmpty()) {
            done.countDown();
        }
    }

    private void arrived() {
        if (open.decrementAndGet() == 0) {
            done.countDown();
        }
    }

    int size() {
        return entries.size();
    }

    List<InferenceRequest> requests() {
        return requests;
    }

    Row row(int i) {
        return entries.get(i).row();
    }

    /// The outcome of row `i`; there is one as soon as the window is done.
    Outcome outcome(int i) {
        Entry entry = entries.get(i);
        Outcome outcome =
                entry.request() == null ? entry.decided() : entry.request().outcome();
        if (outcome == null) {
            throw new IllegalStateException("row " + entry.row().index() + " has no outcome");
        }
        return outcome;
    }

    /// Waits until every row has its outcome; false when they have not after `millis`.
    boolean awaitDone(long millis) throws InterruptedException {
        return done.await(millis, TimeUnit.MILLISECONDS);
    }
}
