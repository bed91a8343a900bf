/// WordPiece tokenizer: text in, token ids out, equal to the last id to Hugging Face's own.
@NullMarked
package dev.decant.onnx.tokenizer;

import org.jspecify.annotations.NullMarked;
