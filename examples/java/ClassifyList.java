import dev.decant.data.Outcome;
import dev.decant.onnx.ModelFolder;
import dev.decant.onnx.OnnxEngine;
import dev.decant.onnx.OnnxOptions;
import dev.decant.pipeline.Classifier;

/// Classifies a list of texts, then a stream of them, with the model on board.
///
///     java -cp 'cli/target/decant/lib/*' examples/java/ClassifyList.java
void main() throws Exception {
    OnnxEngine engine = OnnxEngine.open(ModelFolder.onBoard(), OnnxOptions.defaults());
    // The classifier closes the engine. Many threads may share it.
    try (Classifier classifier = Classifier.over(engine)) {
        List<String> reviews = List.of(
                "A beautiful wine: ripe cherries, soft tannins and a long, lovely finish.",
                "Thin, sour and far too expensive.",
                " ");
        // One outcome for each text, in the order of the texts.
        List<Outcome> outcomes = classifier.classify(reviews);
        for (int i = 0; i < reviews.size(); i++) {
            IO.println(describe(outcomes.get(i)) + " <- " + reviews.get(i));
        }

        // A stream is read a little ahead of what is taken from it: it may be longer than memory.
        Stream<String> endless = Stream.iterate(1, n -> n + 1).map(n -> "Glass number " + n + " was a delight.");
        classifier.classify(endless).limit(3).map(this::describe).forEach(IO::println);
    }
}

String describe(Outcome outcome) {
    return switch (outcome) {
        case Outcome.Scored scored -> scored.best().label() + " " + scored.best().score();
        case Outcome.Skipped skipped -> "skipped: " + skipped.reason();
        case Outcome.Failed failed -> "failed: " + failed.message();
    };
}
