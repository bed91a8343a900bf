package dev.decant.cli;

import dev.decant.data.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/// What a run's output depends on, by the names that messages use: a run that goes on must have the same.
///
/// The sums over files are made on a thread of their own while the run begins.
final class RunSettings implements Supplier<SequencedMap<String, String>> {
    private final FutureTask<SequencedMap<String, String>> task;

    private RunSettings(FutureTask<SequencedMap<String, String>> task) {
        this.task = task;
    }

    /// Adds the settings that one part of the command line stands for.
    @FunctionalInterface
    interface Part {
        void tell(SequencedMap<String, String> settings) throws IOException;
    }

    static RunSettings of(Part... parts) {
        Callable<SequencedMap<String, String>> tell = () -> {
            SequencedMap<String, String> settings = new LinkedHashMap<>();
            settings.put("Decant's version", Decant.VERSION);
            for (Part part : parts) {
                part.tell(settings);
            }
            return settings;
        };
        FutureTask<SequencedMap<String, String>> task = new FutureTask<>(tell);
        Thread.ofPlatform().name("decant-settings").daemon().start(task);
        return new RunSettings(task);
    }

    @Override
    public SequencedMap<String, String> get() {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw new UncheckedIOException(
                    cause instanceof IOException io
                            ? io
                            : new DataException("the run cannot be described for its checkpoint: " + cause, e));
        }
    }
}
