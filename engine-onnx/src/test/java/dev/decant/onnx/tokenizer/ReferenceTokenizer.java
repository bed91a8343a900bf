package dev.decant.onnx.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// The original WordPiece tokenizer (Rust), loaded from a `tokenizer.json` made of a vocabulary.
final class ReferenceTokenizer implements AutoCloseable {
    static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

    static {
        // The library reports its use to its makers otherwise.
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    private final HuggingFaceTokenizer tokenizer;

    ReferenceTokenizer(
            Path folder,
            List<String> vocabulary,
            Normalization normalization,
            List<AddedToken> addedTokens,
            String prefix,
            int maxWordLength)
            throws IOException {
        Path file = folder.resolve("tokenizer.json");
        try (Writer writer = Files.newBufferedWriter(file);
                JsonGenerator json =
                        JsonFactory.builder().build().createGenerator(ObjectWriteContext.empty(), writer)) {
            json.writeStartObject();
            json.writeStringProperty("version", "1.0");
            json.writeNullProperty("truncation");
            json.writeNullProperty("padding");
            json.writeArrayPropertyStart("added_tokens");
            for (AddedToken token : addedTokens) {
                json.writeStartObject();
                json.writeNumberProperty("id", token.id());
                json.writeStringProperty("content", token.content());
                json.writeBooleanProperty("single_word", token.singleWord());
                json.writeBooleanProperty("lstrip", false);
                json.writeBooleanProperty("rstrip", false);
                json.writeBooleanProperty("normalized", false);
                json.writeBooleanProperty("special", true);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeObjectPropertyStart("normalizer");
            json.writeStringProperty("type", "BertNormalizer");
            json.writeBooleanProperty("clean_text", normalization.cleanText());
            json.writeBooleanProperty("handle_chinese_chars", normalization.handleChineseChars());
            json.writeBooleanProperty("strip_accents", normalization.stripAccents());
            json.writeBooleanProperty("lowercase", normalization.lowercase());
            json.writeEndObject();
            json.writeObjectPropertyStart("pre_tokenizer");
            json.writeStringProperty("type", "BertPreTokenizer");
            json.writeEndObject();
            json.writeObjectPropertyStart("post_processor");
            json.writeStringProperty("type", "BertProcessing");
            for (String name : List.of("sep", "cls")) {
                json.writeArrayPropertyStart(name);
                String token = "[" + name.toUpperCase(java.util.Locale.ROOT) + "]";
                json.writeString(token);
                json.writeNumber(vocabulary.indexOf(token));
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeNullProperty("decoder");
            json.writeObjectPropertyStart("model");
            json.writeStringProperty("type", "WordPiece");
            json.writeStringProperty("unk_token", "[UNK]");
            json.writeStringProperty("continuing_subword_prefix", prefix);
            json.writeNumberProperty("max_input_chars_per_word", maxWordLength);
            json.writeObjectPropertyStart("vocab");
            for (int id = 0; id < vocabulary.size(); id++) {
                json.writeNumberProperty(vocabulary.get(id), id);
            }
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndObject();
        }
        tokenizer = HuggingFaceTokenizer.newInstance(
                file, Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false"));
    }

    /// The five special tokens with the ids they have in the vocabulary.
    static List<AddedToken> special(List<String> vocabulary) {
        return SPECIAL.stream()
                .map(token -> new AddedToken(token, vocabulary.indexOf(token), false))
                .toList();
    }

    int[] encode(String text) {
        long[] ids = tokenizer.encode(text).getIds();
        int[] result = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            result[i] = Math.toIntExact(ids[i]);
        }
        return result;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
