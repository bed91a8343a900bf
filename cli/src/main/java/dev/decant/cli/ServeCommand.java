package dev.decant.cli;

import dev.decant.batch.BatchPolicy;
import dev.decant.batch.QueuePolicy;
import dev.decant.metrics.Ticker;
import dev.decant.onnx.ModelFolder;
import dev.decant.onnx.OnnxEngine;
import dev.decant.onnx.OnnxOptions;
import dev.decant.pipeline.FaultPolicy;
import dev.decant.server.DecantServer;
import dev.decant.server.ServerOptions;
import dev.decant.server.model.ModelDefinition;
import dev.decant.server.model.ModelException;
import dev.decant.server.model.ModelRegistry;
import dev.decant.server.model.ServingPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `decant serve`: the same models over HTTP.
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        separator = " ",
        description = "Classifies texts over HTTP.",
        optionListHeading = "%nOptions:%n")
final class ServeCommand implements Callable<Integer> {
    private final Streams streams;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "The address to listen on. Default: 127.0.0.1.")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "N", description = "The port; 0 for any that is free. Default: 8080.")
    private int port = 8080;

    ServeCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        int workers = Runtime.getRuntime().availableProcessors();
        ServingPolicy policy = new ServingPolicy(
                BatchPolicy.DEFAULT, QueuePolicy.DEFAULT, FaultPolicy.DEFAULT, ServingPolicy.DEFAULT.drainPatience());
        ModelRegistry models = new ModelRegistry(policy, Ticker.SYSTEM);
        ModelFolder folder = ModelFolder.onBoard();
        models.define(ModelDefinition.of(
                folder.id(),
                workers,
                () -> OnnxEngine.open(
                        ModelFolder.onBoard(), OnnxOptions.defaults().withTrimming(true))));
        CountDownLatch stop = new CountDownLatch(1);
        ServerOptions options = ServerOptions.DEFAULT.withAddress(InetAddress.getByName(host), port);
        Signals signals = Signals.handle(name -> stop.countDown(), streams.err());
        try (DecantServer server = DecantServer.start(options, models, Ticker.SYSTEM)) {
            models.load(folder.id());
            streams.err().println("decant: ready on http://" + host + ":" + server.port());
            stop.await();
        } catch (ModelException e) {
            throw new IllegalStateException(e);
        } finally {
            signals.restore();
        }
        return models.close() == 0 ? ExitCode.DONE : ExitCode.FAULT;
    }
}
