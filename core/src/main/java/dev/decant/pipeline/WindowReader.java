package dev.decant.pipeline;

import dev.decant.batch.InferenceRequest;
import dev.decant.data.Outcome;
import dev.decant.data.Row;
import dev.decant.data.Source;
import dev.decant.engine.Engine;
import dev.decant.engine.EngineException;
import dev.decant.metrics.RunMetrics;
import dev.decant.metrics.Ticker;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Reads windows from a source: each row stamped, prepared, and alike texts found.
///
/// Used by one thread.
final class WindowReader {
    private final Source source;
    private final Engine engine;
    private final WindowPolicy policy;
    private final RunMetrics metrics;
    private final Ticker ticker;
    private @Nullable Row ahead;
    private final AtomicLong rowsRead = new AtomicLong();

    WindowReader(Source source, Engine engine, WindowPolicy policy, RunMetrics metrics, Ticker ticker) {
        this.source = source;
        this.engine = engine;
        this.policy = policy;
        this.metrics = metrics;
        this.ticker = ticker;
    }

    /// Rows read so far; readable from any thread.
    long rowsRead() {
        return rowsRead.get();
    }

    /// The next window, sealed; null at the end of the input and when `stop` says so.
    ///
    /// A window that is cut short by `stop` is dropped: its rows were not accepted yet.
    @Nullable
    Window next(BooleanSupplier stop) throws IOException {
        Window window = new Window();
        Map<String, InferenceRequest> byText = new HashMap<>();
        long chars = 0;
        long readNanos = 0;
        long prepareNanos = 0;
        int maxRows = 0;
        while (window.size() == 0 || window.size() < maxRows) {
            if (stop.getAsBoolean()) {
                return null;
            }
            long before = ticker.nanos();
            Row row = ahead != null ? ahead : source.next();
            ahead = null;
            long read = ticker.nanos();
            readNanos += read - before;
            if (row == null) {
                break;
            }
            if (window.size() == 0) {
                maxRows = policy.rowsFrom(row.index());
            } else if (chars + chars(row) > policy.maxChars()) {
                ahead = row;
                break;
            }
            chars += chars(row);
            rowsRead.incrementAndGet();
            place(row, window, byText);
            prepareNanos += ticker.nanos() - read;
        }
        if (window.size() == 0) {
            return null;
        }
        metrics.window(readNanos, prepareNanos);
        window.seal();
        return window;
    }

    private void place(Row row, Window window, Map<String, InferenceRequest> byText) {
        switch (row) {
            case Row.Blank blank -> window.add(row, new Outcome.Skipped(blank.reason()));
            case Row.Malformed bad -> window.add(row, new Outcome.Failed(Outcome.Kind.MALFORMED_RECORD, bad.message()));
            case Row.Text text -> {
                InferenceRequest same = byText.get(text.text());
                if (same != null) {
                    metrics.duplicate();
                    window.add(row, same);
                    return;
                }
                try {
                    InferenceRequest request = window.request(engine.prepare(text.text()));
                    byText.put(text.text(), request);
                    window.add(row, request);
                } catch (EngineException e) {
                    window.add(row, new Outcome.Failed(Outcome.Kind.UNUSABLE_TEXT, e.getMessage()));
                } catch (RuntimeException e) {
                    window.add(row, new Outcome.Failed(Outcome.Kind.UNUSABLE_TEXT, "preparing the text failed: " + e));
                }
            }
        }
    }

    private static long chars(Row row) {
        long chars = row instanceof Row.Text text ? text.text().length() : 0;
        for (String value : row.fields().values()) {
            chars += value.length();
        }
        return chars;
    }
}
