package dev.decant.onnx.tokenizer;

import java.util.List;

/// Our tokenizer over a list of tokens, as the tests want it.
final class Tokenizers {
    private Tokenizers() {}

    static WordPieceTokenizer of(
            List<String> vocabulary, Normalization normalization, String prefix, int maxWordLength) {
        return of(vocabulary, normalization, prefix, maxWordLength, ReferenceTokenizer.special(vocabulary));
    }

    static WordPieceTokenizer of(
            List<String> tokens,
            Normalization normalization,
            String prefix,
            int maxWordLength,
            List<AddedToken> addedTokens) {
        Vocabulary.Builder builder = new Vocabulary.Builder(prefix);
        for (int id = 0; id < tokens.size(); id++) {
            builder.add(tokens.get(id), id);
        }
        Vocabulary vocabulary = builder.build();
        return new WordPieceTokenizer(
                vocabulary,
                normalization,
                addedTokens,
                vocabulary.id("[UNK]"),
                maxWordLength,
                new int[] {vocabulary.id("[CLS]")},
                new int[] {vocabulary.id("[SEP]")});
    }
}
