package dev.decant.formats;

import dev.decant.data.Sink;
import java.io.IOException;

/// What the sinks of this package have in common: the target and its life.
abstract class TextSink implements Sink {
    private final OutputTarget target;
    private boolean finished;
    /// Where the rows are written.
    final Utf8Writer out;

    TextSink(OutputTarget target) {
        this.target = target;
        out = new Utf8Writer(target.stream());
    }

    @Override
    public final void commit() throws IOException {
        out.flush();
        target.commit();
    }

    @Override
    public final void finish() throws IOException {
        out.flush();
        target.finish();
        finished = true;
    }

    @Override
    public final void close() throws IOException {
        if (!finished) {
            target.close();
        }
    }
}
