package dev.decant.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.batch.Admission;
import dev.decant.batch.Priority;
import dev.decant.data.Outcome;
import dev.decant.engine.EngineException;
import dev.decant.engine.ScriptedEngine;
import dev.decant.metrics.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRegistryTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final ModelRegistry models = new ModelRegistry(ServingPolicy.DEFAULT, Ticker.SYSTEM);
    private final ConcurrentLinkedQueue<ScriptedEngine> opened = new ConcurrentLinkedQueue<>();

    private ModelDefinition definition(String name) {
        return ModelDefinition.of(name, 2, () -> {
            ScriptedEngine engine = new ScriptedEngine();
            opened.add(engine);
            return engine;
        });
    }

    private void classify(String name, String text) throws Exception {
        try (ModelInstance.Lease lease = models.lease(name)) {
            ModelInstance instance = lease.instance();
            Admission admission = instance.queue()
                    .submit(List.of(text), List.of(instance.engine().prepare(text)), Priority.NORMAL, null);
            assertThat(admission).isInstanceOf(Admission.Accepted.class);
            var submission = ((Admission.Accepted) admission).submission();
            assertThat(submission.await(LONG)).isTrue();
            assertThat(submission.dropped()).isNull();
            assertThat(submission.outcome(0))
                    .isEqualTo(new Outcome.Scored(ScriptedEngine.answer(text).scores(), false));
        }
    }

    @Test
    void aReloadSwapsWithoutAFailedRequest() throws Exception {
        models.define(definition("m"));
        models.load("m");
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger done = new AtomicInteger();
        List<Future<?>> clients = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                clients.add(threads.submit(() -> {
                    while (!stop.get()) {
                        classify("m", "text " + done.incrementAndGet());
                    }
                    return null;
                }));
            }
            for (int i = 0; i < 20; i++) {
                int before = done.get();
                models.load("m");
                while (done.get() < before + 20 && clients.stream().noneMatch(Future::isDone)) {
                    Thread.onSpinWait();
                }
            }
            stop.set(true);
            for (Future<?> client : clients) {
                client.get();
            }
        }
        assertThat(models.close()).isZero();
        assertThat(opened).hasSize(21).allMatch(ScriptedEngine::closed);
        assertThat(models.figures("m").queue().accepted()).isEqualTo(done.get());
    }

    @Test
    void aLoadThatFailsLeavesWhatServes() throws Exception {
        models.define(definition("m"));
        models.load("m");
        models.define(ModelDefinition.of("m", 1, () -> {
            throw new IOException("no such folder");
        }));
        assertThatThrownBy(() -> models.load("m")).hasMessage("no such folder");
        classify("m", "still here");
        assertThat(models.state("m")).isEqualTo(new ModelState("m", "1", ModelState.Phase.READY, "no such folder"));
        models.close();
    }

    @Test
    void aModelWhoseFirstRunFailsIsNotServed() {
        models.define(ModelDefinition.of(
                "m",
                1,
                () -> new ScriptedEngine((texts, batch) -> {
                    throw new EngineException(EngineException.Fault.PERMANENT, "bad weights");
                })));
        assertThatThrownBy(() -> models.load("m"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bad weights");
        assertThat(models.ready()).isFalse();
    }

    @Test
    void readyMeansThatAllServeWhichShould() throws Exception {
        assertThat(models.ready()).isFalse();
        models.define(definition("a"));
        models.define(definition("b"));
        models.load("a");
        assertThat(models.ready()).isFalse();
        models.load("b");
        assertThat(models.ready()).isTrue();
        models.unload("b");
        assertThat(models.ready()).isTrue(); // It is no longer asked for.
        assertThatThrownBy(() -> models.lease("b"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("unloaded");
        assertThatThrownBy(() -> models.lease("c"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("a, b");
        models.close();
    }

    @Test
    void aRepositoryIsFollowed(@TempDir Path folder) throws Exception {
        List<String> reports = new ArrayList<>();
        FolderRepository.Definer definer =
                (name, version, files, stamp) -> new ModelDefinition(name, version, 1, stamp, () -> {
                    if (Files.exists(files.resolve("broken"))) {
                        throw new IOException(name + " is broken");
                    }
                    ScriptedEngine engine = new ScriptedEngine();
                    opened.add(engine);
                    return engine;
                });
        Files.createDirectories(folder.resolve("plain"));
        Files.createDirectories(folder.resolve("numbered/2"));
        Files.createDirectories(folder.resolve("numbered/10"));
        Files.createDirectories(folder.resolve(".hidden"));
        Files.writeString(folder.resolve("file"), "");
        try (FolderRepository repository = new FolderRepository(folder, definer, models, reports::add)) {
            assertThat(repository.open()).containsExactly("numbered", "plain");
            models.load("numbered");
            models.load("plain");
            assertThat(models.state("numbered").version()).isEqualTo("10");

            repository.pollOnce();
            repository.pollOnce();
            assertThat(reports).isEmpty();

            Files.writeString(folder.resolve("plain/weights"), "new");
            Files.createDirectories(folder.resolve("late"));
            repository.pollOnce();
            assertThat(reports).as("they may still be on their way").isEmpty();
            repository.pollOnce();
            assertThat(reports).containsExactly("model late is loaded", "model plain is loaded");
            classify("late", "a");

            reports.clear();
            Files.writeString(folder.resolve("plain/broken"), "");
            Files.setLastModifiedTime(folder.resolve("plain/weights"), FileTime.fromMillis(1));
            repository.pollOnce();
            repository.pollOnce();
            repository.pollOnce();
            assertThat(reports).containsExactly("model plain could not be loaded: plain is broken");
            classify("plain", "the old one serves on");

            reports.clear();
            delete(folder.resolve("late"));
            repository.pollOnce();
            assertThat(reports).containsExactly("model late has gone");
            assertThat(models.names()).containsExactly("numbered", "plain");

            Files.createDirectories(folder.resolve("asked-for"));
            repository.scan();
            assertThat(models.ready()).as("it is not missed until it is loaded").isTrue();
            models.load("asked-for");
            classify("asked-for", "a");
        }
        models.close();
        assertThat(opened).allMatch(ScriptedEngine::closed);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
