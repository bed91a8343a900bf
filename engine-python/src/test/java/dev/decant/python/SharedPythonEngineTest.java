package dev.decant.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.data.LabelScore;
import dev.decant.engine.Batch;
import dev.decant.engine.EngineException;
import dev.decant.engine.Prediction;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Several calls at once into one loaded file.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class SharedPythonEngineTest {
    @TempDir
    Path folder;

    private PythonEngine engine(String script) throws Exception {
        return Pythons.engine(PythonEngineOptions.of(Pythons.script(folder, "engine_script.py", script)));
    }

    private static List<Prediction> run(PythonEngine engine, String text) throws EngineException {
        return engine.run(Batch.of(List.of(engine.prepare(text))));
    }

    @Test
    void anEngineThatSharesTheLoadedFileHasItsOwnCallsAndThreads() throws Exception {
        PythonEngine first = Pythons.engine(PythonEngineOptions.of(Pythons.script(folder, "shared_script.py", """
                        import sys, threading, types

                        # Keeps a number for each thread, as torch does.
                        numbers = threading.local()
                        sys.modules["torch"] = types.SimpleNamespace(
                            get_num_threads=lambda: getattr(numbers, "now", 8),
                            set_num_threads=lambda n: setattr(numbers, "now", n))
                        loaded_by = object()
                        both = threading.Barrier(2)

                        def process_batch(texts):
                            if "meet" in texts:
                                both.wait(60)
                            return [{"label": str(id(loaded_by)), "score": numbers.now}] * len(texts)
                        """))
                .withThreads(2));
        PythonEngine second = first.sharing(2, 1);
        assertThat(List.of(first.concurrency(), second.concurrency())).containsExactly(1, 2);
        LabelScore before = run(first, "x").getFirst().scores().getFirst();
        assertThat(before.score()).isEqualTo(2f);
        first.close();
        try (second;
                ExecutorService pool = Executors.newFixedThreadPool(2)) {
            Callable<List<Prediction>> meeting = () -> run(second, "meet");
            for (Future<List<Prediction>> answer : pool.invokeAll(List.of(meeting, meeting))) {
                assertThat(answer.get().getFirst().scores()).containsExactly(new LabelScore(before.label(), 1f));
            }
            assertThat(run(second.sharing(1, 4), "x").getFirst().scores())
                    .containsExactly(new LabelScore(before.label(), 4f));
        }
    }

    @Test
    void aTokenizerThatAnotherThreadUsesIsAPassingFault() throws Exception {
        try (PythonEngine engine = engine("""
                def process_batch(texts):
                    raise RuntimeError("Already borrowed")
                """)) {
            assertThatThrownBy(() -> run(engine, "x"))
                    .isInstanceOfSatisfying(
                            EngineException.class,
                            e -> assertThat(e.fault()).isEqualTo(EngineException.Fault.TRANSIENT));
        }
    }
}
