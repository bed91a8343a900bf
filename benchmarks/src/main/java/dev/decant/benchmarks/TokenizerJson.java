package dev.decant.benchmarks;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Writes the `tokenizer.json` of an uncased BERT vocabulary, which is what the original tokenizer reads.
final class TokenizerJson {
    static final String NAME = "tokenizer.json";

    private TokenizerJson() {}

    /// The file that was written.
    static Path write(Path vocabulary, Path folder) throws IOException {
        List<String> tokens = Files.readAllLines(vocabulary);
        Path file = folder.resolve(NAME);
        try (Writer writer = Files.newBufferedWriter(file);
                JsonGenerator json =
                        JsonFactory.builder().build().createGenerator(ObjectWriteContext.empty(), writer)) {
            json.writeStartObject();
            json.writeStringProperty("version", "1.0");
            json.writeObjectPropertyStart("normalizer");
            json.writeStringProperty("type", "BertNormalizer");
            for (String step : List.of("clean_text", "handle_chinese_chars", "strip_accents", "lowercase")) {
                json.writeBooleanProperty(step, true);
            }
            json.writeEndObject();
            json.writeObjectPropertyStart("pre_tokenizer");
            json.writeStringProperty("type", "BertPreTokenizer");
            json.writeEndObject();
            json.writeObjectPropertyStart("post_processor");
            json.writeStringProperty("type", "BertProcessing");
            writeSpecial(json, "sep", "[SEP]", tokens);
            writeSpecial(json, "cls", "[CLS]", tokens);
            json.writeEndObject();
            json.writeObjectPropertyStart("model");
            json.writeStringProperty("type", "WordPiece");
            json.writeStringProperty("unk_token", "[UNK]");
            json.writeStringProperty("continuing_subword_prefix", "##");
            json.writeNumberProperty("max_input_chars_per_word", 100);
            json.writeObjectPropertyStart("vocab");
            for (int id = 0; id < tokens.size(); id++) {
                json.writeNumberProperty(tokens.get(id), id);
            }
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndObject();
        }
        return file;
    }

    private static void writeSpecial(JsonGenerator json, String name, String token, List<String> tokens) {
        json.writeArrayPropertyStart(name);
        json.writeString(token);
        json.writeNumber(tokens.indexOf(token));
        json.writeEndArray();
    }
}
