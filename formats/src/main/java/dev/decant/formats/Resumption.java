package dev.decant.formats;

import dev.decant.data.DataException;
import dev.decant.data.Outcome;
import dev.decant.data.Source;
import dev.decant.metrics.RunMetrics;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What lets a run that was killed go on: the claim on an output, and the checkpoints beside it.
///
/// With each commit the part file reaches the disk first and then a checkpoint, which replaces the last one in a single
/// step; so whatever ends the process, there is a checkpoint and all the bytes it speaks of. The run that goes on cuts
/// the part file there. Holds the output's lock until it is closed; used by one thread.
///
/// What the output depends on is told as *settings*: names, as messages should call them, and values. A run goes on
/// only
/// where all of them are the same.
public final class Resumption implements Closeable {
    private final OutputFiles files;
    private final Supplier<SequencedMap<String, String>> settings;
    private final @Nullable Checkpoint last;
    private final boolean finished;
    private final SequencedMap<String, String> notes = new LinkedHashMap<>();
    private final RunMetrics written = new RunMetrics();

    private Resumption(
            OutputFiles files,
            Supplier<SequencedMap<String, String>> settings,
            @Nullable Checkpoint last,
            boolean finished) {
        this.files = files;
        this.settings = settings;
        this.last = last;
        this.finished = finished;
        if (last != null) {
            notes.putAll(last.notes());
        }
    }

    /// Claims an output for a run from the first row on.
    ///
    /// @param force whether the output and the rows of an unfinished run may be replaced
    /// @param settings asked for with the first commit, on the thread that commits; an
    ///     [java.io.UncheckedIOException] of it is the commit's
    /// @throws DataException where the output cannot be written or is claimed, exists, or where an unfinished
    ///     run could go on
    public static Resumption start(Path output, boolean force, Supplier<SequencedMap<String, String>> settings)
            throws IOException {
        OutputFiles files = OutputFiles.take(output, force);
        try {
            files.requireFree();
            files.requireNothingToResume();
            return new Resumption(files, settings, null, false);
        } catch (IOException | RuntimeException e) {
            files.release();
            throw e;
        }
    }

    /// Claims an output for a run that goes on where the last one was interrupted; from the first row on where none has
    /// committed any.
    ///
    /// @param force whether the output may be replaced once the run is complete
    /// @throws DataException where the output cannot be written or is claimed, is finished already, or
    ///     where the settings are not those of the last run: the message names what differs
    public static Resumption goOn(Path output, boolean force, Supplier<SequencedMap<String, String>> settings)
            throws IOException {
        OutputFiles files = OutputFiles.take(output, force);
        try {
            Checkpoint last = files.readCheckpoint();
            if (last == null) {
                files.requireFree();
                return new Resumption(files, settings, null, false);
            }
            String differences = last.differences(settings(settings));
            if (!differences.isEmpty()) {
                throw new DataException(output + ": the run cannot go on, since its output would not be of one piece: "
                        + differences + "; undo that, or start anew with --force");
            }
            boolean finished = files.renamed(last);
            if (finished) {
                files.deleteCheckpoint(); // Killed after its last act.
            } else {
                files.requireFree();
            }
            return new Resumption(files, settings, last, finished);
        } catch (IOException | RuntimeException e) {
            files.release();
            throw e;
        }
    }

    /// Whether an output of this name can be resumed: a file, but no device or pipe.
    public static boolean possible(String output) throws DataException {
        return !output.equals(Format.STANDARD_STREAM) && !OutputFiles.special(Format.path(output));
    }

    /// Whether the last run had written all its rows, so that nothing is left to do.
    public boolean finished() {
        return finished;
    }

    /// What the runs before have committed.
    public RunMetrics.Rows before() {
        return last == null ? RunMetrics.Rows.NONE : last.rows();
    }

    /// Moves a source that has just been opened behind the rows of [#before()].
    public void skip(Source source) throws IOException {
        for (long i = 0; i < before().in(); i++) {
            if (source.next() == null) {
                throw new DataException(source.name() + ": ends before row " + before().in()
                        + ", to which the last run had come; start anew with --force");
            }
        }
    }

    /// What an earlier run has noted under this name, or null.
    public @Nullable String noted(String name) {
        return notes.get(name);
    }

    /// Keeps something for the run that may have to go on from here; to be called before the first commit.
    public void note(String name, String value) {
        notes.put(name, value);
    }

    OutputFiles files() {
        return files;
    }

    @Nullable
    Checkpoint last() {
        return last;
    }

    void count(Outcome outcome) {
        written.outcome(outcome);
    }

    /// Keeps that everything counted is in the part file's first bytes, which are on the disk.
    void commit(long bytes, long crc) throws IOException {
        files.writeCheckpoint(new Checkpoint(settings(settings), notes, before().plus(written.rows()), bytes, crc));
    }

    private static SequencedMap<String, String> settings(Supplier<SequencedMap<String, String>> settings)
            throws IOException {
        try {
            return settings.get();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /// Lets others have the output.
    @Override
    public void close() throws IOException {
        files.release();
    }
}
