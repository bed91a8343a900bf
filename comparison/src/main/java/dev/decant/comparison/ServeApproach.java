package dev.decant.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// `decant serve` with the quantised ONNX model, or the one on board where the compared model has none; its client is
/// this program.
///
/// The client's work is no part of the approach: who measures a server has clients elsewhere. It shares the processors
/// with the server all the same.
record ServeApproach() implements Approach {
    private static final String UNBOUNDED = Integer.toString(Integer.MAX_VALUE);

    @Override
    public String name() {
        return "decant-serve";
    }

    @Override
    public String description(Setup setup) {
        ComparedModel model = model(setup);
        return "decant serve, " + (model.equals(setup.onBoard()) ? "the model on board, " + model.name() : file(model))
                + (quantised(setup) ? ", quantised; " : "; ") + setup.requests()
                + (setup.requests() == 1 ? " HTTP request" : " HTTP requests") + " at once, a text in each";
    }

    @Override
    public Optional<String> obstacle(Setup setup) {
        return Optional.empty();
    }

    @Override
    public ComparedModel model(Setup setup) {
        return setup.model().quantised().isPresent() ? setup.model() : setup.onBoard();
    }

    @Override
    public boolean quantised(Setup setup) {
        return model(setup).quantised().isPresent();
    }

    @Override
    public Optional<Unit> unit() {
        return Optional.of(Unit.REQUEST);
    }

    @Override
    public int unusableCode() {
        return ClassifyLaunch.UNUSABLE;
    }

    /// The server has as many workers as threads, whatever the number of requests.
    @Override
    public int threadsEach(Setup setup, int count) {
        return 1;
    }

    @Override
    public OptionalInt requests(Setup setup, int atOnce) {
        return OptionalInt.of(atOnce == 0 ? setup.requests() : atOnce);
    }

    @Override
    public Launch launch(Setup setup, RunFiles files, int atOnce) {
        ComparedModel model = model(setup);
        List<String> command = new ArrayList<>(setup.decant().serving());
        command.addAll(List.of(
                "serve",
                "--port",
                "0",
                "--model",
                model.folder().toString(),
                "--model-file",
                file(model),
                "--threads",
                Integer.toString(setup.threads()),
                // As many wait as are asked to: a row that is refused would have no label.
                "--max-queue-rows",
                UNBOUNDED,
                "--max-queue-tokens",
                UNBOUNDED,
                "--max-queue-time",
                "0ms"));
        return new Launch(command, Setup.environment(setup.threads()), Set.of());
    }

    private static String file(ComparedModel model) {
        return model.quantised().or(model::plain).orElseThrow();
    }
}
