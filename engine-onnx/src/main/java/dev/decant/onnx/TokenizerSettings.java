package dev.decant.onnx;

import dev.decant.onnx.tokenizer.AddedToken;
import dev.decant.onnx.tokenizer.Vocabulary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `tokenizer_config.json` says; where the file is missing, what BERT's own tokenizer does.
///
/// @param json the file, empty where it is missing
record TokenizerSettings(JsonObject json) {
    private static final int NO_LENGTH = 1_000_000_000;

    /// The longest input in tokens; 0 where the file does not say, or says 1e30, which stands for that.
    int maxLength() throws ModelException {
        int length = json.integer("model_max_length", 0);
        return length >= NO_LENGTH ? 0 : Math.max(0, length);
    }

    /// The special token of that kind, such as `sep_token`; it is a string, or an object with `content`.
    String special(String key, String absent) throws ModelException {
        if (json.get(key) instanceof Map<?, ?>) {
            return JsonObject.of(json.where() + ": " + key, json.get(key)).string("content", absent);
        }
        return json.string(key, absent);
    }

    /// The tokens found in the text as it was written, for a folder without `tokenizer.json`.
    List<AddedToken> addedTokens(Vocabulary vocabulary) throws ModelException {
        Map<String, AddedToken> tokens = new LinkedHashMap<>();
        JsonObject decoder = json.object("added_tokens_decoder");
        if (decoder != null) {
            for (String id : decoder.values().keySet()) {
                JsonObject token = decoder.object(id);
                if (token != null) {
                    AddedToken added = addedToken(token, vocabulary, number(decoder, id));
                    if (added != null) {
                        tokens.put(added.content(), added);
                    }
                }
            }
        }
        List<String> names = new ArrayList<>(List.of(
                special("unk_token", "[UNK]"),
                special("sep_token", "[SEP]"),
                special("pad_token", "[PAD]"),
                special("cls_token", "[CLS]"),
                special("mask_token", "[MASK]")));
        for (Object name : json.list("additional_special_tokens")) {
            names.add(name instanceof Map<?, ?> map ? String.valueOf(map.get("content")) : String.valueOf(name));
        }
        for (String name : names) {
            int id = name.isEmpty() ? -1 : vocabulary.id(name);
            if (id >= 0 && !tokens.containsKey(name)) {
                tokens.put(name, new AddedToken(name, id, false));
            }
        }
        return List.copyOf(tokens.values());
    }

    /// One entry of `added_tokens` or `added_tokens_decoder`; null for an empty one, which matches nothing.
    static @Nullable AddedToken addedToken(JsonObject token, Vocabulary vocabulary, int id) throws ModelException {
        String content = token.string("content", "");
        if (content.isEmpty()) {
            return null;
        }
        if (token.flag("normalized", !token.flag("special", false))) {
            throw new ModelException(token.where() + ": the added token '" + content
                    + "' is matched in the normalised text, which is not supported; set its \"normalized\" to false");
        }
        // White space at its sides (lstrip, rstrip) makes no token, so whose it is makes no difference.
        int known = vocabulary.id(content);
        return new AddedToken(content, known >= 0 ? known : id, token.flag("single_word", false));
    }

    private static int number(JsonObject json, String id) throws ModelException {
        try {
            return Integer.parseUnsignedInt(id);
        } catch (NumberFormatException e) {
            throw new ModelException(json.where() + ": '" + id + "' is not a token's id", e);
        }
    }
}
