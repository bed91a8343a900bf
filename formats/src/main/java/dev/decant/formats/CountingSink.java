package dev.decant.formats;

import dev.decant.data.Outcome;
import dev.decant.data.Row;
import dev.decant.data.Sink;
import java.io.IOException;

/// A sink whose rows are counted for its checkpoints.
final class CountingSink implements Sink {
    private final Sink sink;
    private final Resumption resumption;

    CountingSink(Sink sink, Resumption resumption) {
        this.sink = sink;
        this.resumption = resumption;
    }

    @Override
    public void write(Row row, Outcome outcome) throws IOException {
        sink.write(row, outcome);
        resumption.count(outcome);
    }

    @Override
    public void commit() throws IOException {
        sink.commit();
    }

    @Override
    public void finish() throws IOException {
        sink.finish();
    }

    @Override
    public void close() throws IOException {
        sink.close();
    }
}
