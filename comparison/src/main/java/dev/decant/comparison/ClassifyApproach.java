package dev.decant.comparison;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `decant classify` with an ONNX model.
///
/// @param weights which of them
record ClassifyApproach(Weights weights) implements Approach {
    /// Which model and file is run.
    enum Weights {
        PLAIN,
        QUANTISED,
        ON_BOARD
    }

    @Override
    public String name() {
        return switch (weights) {
            case PLAIN -> "decant-onnx-fp32";
            case QUANTISED -> "decant-onnx-int8";
            case ON_BOARD -> "decant-on-board";
        };
    }

    @Override
    public String description(Setup setup) {
        return switch (weights) {
            case PLAIN -> "decant classify, " + setup.model().plain().orElse("no ONNX file in floats");
            case QUANTISED ->
                "decant classify, " + setup.model().quantised().orElse("no quantised ONNX file") + ", quantised";
            case ON_BOARD ->
                "decant classify with the model on board, " + setup.onBoard().name() + ", quantised";
        };
    }

    @Override
    public Optional<String> obstacle(Setup setup) {
        return switch (weights) {
            case PLAIN ->
                setup.model().plain().isPresent()
                        ? Optional.empty()
                        : Optional.of(setup.model().name() + " has no ONNX file in 32-bit floats: name a folder that"
                                + " has one with --model");
            case QUANTISED ->
                setup.model().quantised().isPresent()
                        ? Optional.empty()
                        : Optional.of(setup.model().name() + " has no quantised ONNX file, such as"
                                + " onnx/model_int8.onnx");
            case ON_BOARD ->
                setup.model().folder().equals(setup.onBoard().folder())
                        ? Optional.of("the model on board is the one that is compared: see decant-onnx-int8")
                        : Optional.empty();
        };
    }

    @Override
    public ComparedModel model(Setup setup) {
        return weights == Weights.ON_BOARD ? setup.onBoard() : setup.model();
    }

    @Override
    public boolean quantised(Setup setup) {
        return switch (weights) {
            case PLAIN -> false;
            case QUANTISED -> true;
            case ON_BOARD -> setup.onBoard().plain().isEmpty();
        };
    }

    @Override
    public Optional<Unit> unit() {
        return Optional.of(Unit.WORKER);
    }

    @Override
    public int unusableCode() {
        return ClassifyLaunch.UNUSABLE;
    }

    @Override
    public Launch launch(Setup setup, RunFiles files, int atOnce) {
        ComparedModel model = model(setup);
        String file = switch (weights) {
            case PLAIN -> model.plain().orElseThrow();
            case QUANTISED -> model.quantised().orElseThrow();
            case ON_BOARD -> model.onnx().orElseThrow();
        };
        return ClassifyLaunch.of(
                setup, files, atOnce, List.of("--model", model.folder().toString(), "--model-file", file), Map.of());
    }
}
