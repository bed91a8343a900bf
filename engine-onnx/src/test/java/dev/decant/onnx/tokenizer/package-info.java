@NullMarked
package dev.decant.onnx.tokenizer;

import org.jspecify.annotations.NullMarked;
