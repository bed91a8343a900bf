package dev.decant.cli;

import dev.decant.metrics.Ticker;
import dev.decant.server.DecantServer;
import dev.decant.server.ServerOptions;
import dev.decant.server.model.FolderRepository;
import dev.decant.server.model.ModelDefinition;
import dev.decant.server.model.ModelException;
import dev.decant.server.model.ModelRegistry;
import dev.decant.server.model.ModelRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `decant serve`: the same models over HTTP.
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        separator = " ",
        customSynopsis = "decant serve [OPTION ...]",
        description = "Classifies texts over HTTP.",
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "It speaks the protocols of Text Embeddings Inference, of Hugging Face's client,",
            "the Open Inference Protocol v2 and KServe v1; /openapi.json has all of it.",
            "SIGTERM and SIGINT let it answer what it has accepted and end; a second one",
            "ends it at once.",
            "",
            "Exit codes: 0 stopped when asked to, 1 fault of Decant or the engine, 2 wrong",
            "use or unusable model.",
            "",
            "  decant serve",
            "  decant serve --model stars=./stars-model --script own=ml_processor.py",
            "  curl -s localhost:8080/predict -d '{\"inputs\":\"A superb, long finish.\"}'"
        })
final class ServeCommand implements Callable<Integer> {
    private final Streams streams;

    @Mixin
    private ServedModels models = new ServedModels();

    @Mixin
    private ServeFlags flags = new ServeFlags();

    ServeCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ModelRegistry registry = new ModelRegistry(flags.policy(), Ticker.SYSTEM);
        List<String> names = new ArrayList<>();
        for (ModelDefinition definition : models.definitions()) {
            registry.define(definition);
            names.add(definition.name());
        }
        FolderRepository repository = repository(registry);
        if (repository != null) {
            names.addAll(repository.open());
        }
        streams.keepOutput(); // Scripts may print.
        ServerOptions options = flags.options(streams.out());
        CountDownLatch stop = new CountDownLatch(1);
        HeapTrim.start(stop);
        Signals signals = Signals.handle(name -> stop.countDown(), streams.err());
        try (DecantServer server = DecantServer.start(
                options, registry, repository == null ? ModelRepository.NONE : repository, Ticker.SYSTEM)) {
            load(names, registry, repository != null);
            String warning = flags.warning();
            if (warning != null) {
                streams.err().println("decant: warning: " + warning);
            }
            streams.err()
                    .println("decant: ready on " + flags.url(server.port()) + " (" + String.join(", ", names) + ")");
            if (repository != null && models.poll().isPositive()) {
                repository.poll(models.poll());
            }
            stop.await();
            server.drain();
        } finally {
            if (repository != null) {
                repository.close();
            }
            signals.restore();
        }
        // What hangs in an engine keeps neither the exit nor its code.
        return registry.close() == 0 ? ExitCode.DONE : ExitCode.FAULT;
    }

    private @Nullable FolderRepository repository(ModelRegistry registry) {
        Path folder = models.repository();
        return folder == null
                ? null
                : new FolderRepository(
                        folder, models::define, registry, line -> streams.err().println("decant: " + line));
    }

    /// A model named by itself must load; one of a repository may be mended while the others serve.
    private void load(List<String> names, ModelRegistry registry, boolean lenient)
            throws IOException, InterruptedException {
        for (String name : names) {
            try {
                registry.load(name);
            } catch (IOException e) {
                if (!lenient) {
                    throw e;
                }
                streams.err().println("decant: model " + name + " could not be loaded: " + e.getMessage());
            } catch (ModelException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
