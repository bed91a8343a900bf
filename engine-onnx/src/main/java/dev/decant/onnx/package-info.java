/// ONNX engine: a Hugging Face style model folder in, predictions out, through ONNX Runtime.
@NullMarked
package dev.decant.onnx;

import org.jspecify.annotations.NullMarked;
