package dev.decant.pipeline;

import dev.decant.data.Outcome;
import dev.decant.data.Row;
import dev.decant.data.Sink;
import java.util.ArrayList;
import java.util.List;

/// Keeps what it is given.
class ListSink implements Sink {
    final List<Row> rows = new ArrayList<>();
    final List<Outcome> outcomes = new ArrayList<>();
    int commits;
    boolean finished;

    @Override
    public void write(Row row, Outcome outcome) throws java.io.IOException {
        rows.add(row);
        outcomes.add(outcome);
    }

    @Override
    public void commit() {
        commits++;
    }

    @Override
    public void finish() {
        finished = true;
    }

    @Override
    public void close() {}
}
