package dev.decant.onnx.tokenizer;

/// A token that is found in the text as it was written, before anything else is done to the text:
/// `[MASK]` in a text is the mask token, not four word pieces.
///
/// @param content the token as it stands in the text, not empty
/// @param id its id
/// @param singleWord whether it counts only where no letter, digit or mark touches it
public record AddedToken(String content, int id, boolean singleWord) {
    public AddedToken {
        if (content.isEmpty()) {
            throw new IllegalArgumentException("an added token is not empty");
        }
    }
}
