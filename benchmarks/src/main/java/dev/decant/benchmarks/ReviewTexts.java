package dev.decant.benchmarks;

import dev.decant.data.Row;
import dev.decant.data.Source;
import dev.decant.formats.InputOptions;
import dev.decant.formats.Sources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Texts of the length of a wine review, made of the sentences of `examples/reviews.csv`.
///
/// Found from the folder that the system property `decant.root` names, or else the present one.
/// The same seed gives the same texts.
final class ReviewTexts {
    private static final int LEAST_CHARS = 200;

    private ReviewTexts() {}

    static Path root() {
        return Path.of(System.getProperty("decant.root", ""));
    }

    static List<String> make(int count, long seed) throws IOException {
        List<String> sentences = sentences();
        Random random = new Random(seed);
        List<String> texts = new ArrayList<>(count);
        while (texts.size() < count) {
            StringBuilder text = new StringBuilder();
            while (text.length() < LEAST_CHARS) {
                text.append(sentences.get(random.nextInt(sentences.size()))).append(' ');
            }
            texts.add(text.toString().strip());
        }
        return texts;
    }

    private static List<String> sentences() throws IOException {
        List<String> sentences = new ArrayList<>();
        InputOptions options = InputOptions.defaults().withTextColumn("description");
        try (Source source = Sources.open(root().resolve("examples/reviews.csv"), options)) {
            for (Row row = source.next(); row != null; row = source.next()) {
                if (row instanceof Row.Text text) {
                    for (String sentence : text.text().split("(?<=[.!?])\\s+", -1)) {
                        if (!sentence.isBlank() && sentence.length() <= LEAST_CHARS) {
                            sentences.add(sentence);
                        }
                    }
                }
            }
        }
        return sentences;
    }
}
