package dev.decant.onnx;

import dev.decant.onnx.tokenizer.AddedToken;
import dev.decant.onnx.tokenizer.Normalization;
import dev.decant.onnx.tokenizer.Vocabulary;
import dev.decant.onnx.tokenizer.WordPieceTokenizer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes the tokenizer of a model folder from `tokenizer.json` or, where there is none, from `vocab.txt`.
///
/// Flags that `tokenizer_config.json` names win over those of `tokenizer.json`, as in the original.
final class TokenizerFiles {
    private static final int MOST_BYTES = 128 << 20;
    private static final int MOST_WORD_LENGTH = 10_000;
    private static final int MOST_ADDED_TOKENS = 1 << 14;

    private final FolderFiles files;
    private final TokenizerSettings settings;

    TokenizerFiles(FolderFiles files, TokenizerSettings settings) {
        this.files = files;
        this.settings = settings;
    }

    WordPieceTokenizer read() throws ModelException {
        Path json = files.find("tokenizer.json");
        if (json != null) {
            return fromJson(files.read("tokenizer.json", json, MOST_BYTES));
        }
        Path lines = files.find("vocab.txt");
        if (lines == null) {
            throw new ModelException("model folder " + files.folder() + " has neither tokenizer.json nor vocab.txt;"
                    + " copy one of them from where the model comes from");
        }
        if (files.find("added_tokens.json") != null && settings.json().get("added_tokens_decoder") == null) {
            throw new ModelException("model folder " + files.folder() + " has added_tokens.json but no tokenizer.json;"
                    + " save the tokenizer with save_pretrained of a current transformers version");
        }
        return fromLines(files.read("vocab.txt", lines, MOST_BYTES));
    }

    private WordPieceTokenizer fromLines(byte[] bytes) throws ModelException {
        int ends = 0;
        for (byte b : bytes) {
            if (b == '\n' && ++ends > Json.MOST_TOKENS) {
                throw Json.tooManyTokens(where("vocab.txt"));
            }
        }
        Vocabulary vocabulary;
        try {
            vocabulary = Vocabulary.ofLines(bytes, "##");
        } catch (CharacterCodingException e) {
            throw new ModelException(where("vocab.txt") + " is not UTF-8; fetch the file again", e);
        }
        return new WordPieceTokenizer(
                vocabulary,
                normalization(Normalization.UNCASED),
                bounded(settings.addedTokens(vocabulary)),
                id(vocabulary, settings.special("unk_token", "[UNK]"), "vocab.txt"),
                100,
                new int[] {id(vocabulary, settings.special("cls_token", "[CLS]"), "vocab.txt")},
                new int[] {id(vocabulary, settings.special("sep_token", "[SEP]"), "vocab.txt")});
    }

    private WordPieceTokenizer fromJson(byte[] bytes) throws ModelException {
        String where = where("tokenizer.json");
        Json json = new Json(where);
        JsonObject root = new JsonObject(where, json.read(bytes));
        JsonObject model = root.object("model");
        String type = model == null ? "no model" : model.string("type", "a model without a type");
        if (model == null || !type.equals("WordPiece")) {
            throw new ModelException(
                    where + " holds " + type + "; only WordPiece tokenizers of BERT-family models are supported");
        }
        Normalization normalization = normalization(root.object("normalizer"));
        JsonObject split = root.object("pre_tokenizer");
        requireType(split, "pre_tokenizer", "BertPreTokenizer");

        String prefix = model.string("continuing_subword_prefix", "##");
        Vocabulary.Builder builder = new Vocabulary.Builder(prefix);
        json.readVocabulary(bytes, builder::add);
        Vocabulary vocabulary = builder.build();
        List<AddedToken> added = new ArrayList<>();
        for (Object entry : root.list("added_tokens")) {
            JsonObject token = JsonObject.of(where + ": added_tokens", entry);
            AddedToken addedToken = TokenizerSettings.addedToken(token, vocabulary, token.integer("id", 0));
            if (addedToken != null) {
                added.add(addedToken);
            }
        }
        int longest = model.integer("max_input_chars_per_word", 100);
        if (longest < 1 || longest > MOST_WORD_LENGTH) {
            throw new ModelException(where + ": max_input_chars_per_word is " + longest + "; it has to be from 1 to "
                    + MOST_WORD_LENGTH);
        }
        SpecialTokens around = SpecialTokens.read(where, root.object("post_processor"));
        return new WordPieceTokenizer(
                vocabulary,
                normalization(normalization),
                bounded(added),
                id(vocabulary, model.string("unk_token", "[UNK]"), "tokenizer.json"),
                longest,
                around.before(),
                around.after());
    }

    // Each character of a text may be compared with all of them.
    private List<AddedToken> bounded(List<AddedToken> added) throws ModelException {
        if (added.size() > MOST_ADDED_TOKENS) {
            throw new ModelException("model folder " + files.folder() + ": its tokenizer adds " + added.size()
                    + " tokens to the vocabulary; " + MOST_ADDED_TOKENS + " at most are supported");
        }
        return added;
    }

    private Normalization normalization(@Nullable JsonObject normalizer) throws ModelException {
        if (normalizer == null) {
            return Normalization.NONE;
        }
        requireType(normalizer, "normalizer", "BertNormalizer");
        boolean lowercase = normalizer.flag("lowercase", true);
        return new Normalization(
                normalizer.flag("clean_text", true),
                normalizer.flag("handle_chinese_chars", true),
                normalizer.flag("strip_accents", lowercase),
                lowercase);
    }

    // What tokenizer_config.json names, and for the rest what is given. Accents go where case goes, unless said.
    private Normalization normalization(Normalization given) throws ModelException {
        JsonObject json = settings.json();
        boolean lowercase = json.flag("do_lower_case", given.lowercase());
        boolean accents = lowercase == given.lowercase() ? given.stripAccents() : lowercase;
        return new Normalization(
                given.cleanText(),
                json.flag("tokenize_chinese_chars", given.handleChineseChars()),
                json.flag("strip_accents", accents),
                lowercase);
    }

    private void requireType(@Nullable JsonObject part, String key, String type) throws ModelException {
        String found = part == null ? "none" : part.string("type", "one without a type");
        if (!found.equals(type)) {
            throw new ModelException(
                    where("tokenizer.json") + ": the " + key + " is " + found + "; only " + type + " is supported");
        }
    }

    private int id(Vocabulary vocabulary, String token, String file) throws ModelException {
        int id = vocabulary.id(token);
        if (id < 0) {
            throw new ModelException(where(file) + " has no token " + token
                    + "; fetch the file again, or name the model's own special tokens in tokenizer_config.json");
        }
        return id;
    }

    private String where(String file) {
        return "model folder " + files.folder() + ": " + file;
    }
}
