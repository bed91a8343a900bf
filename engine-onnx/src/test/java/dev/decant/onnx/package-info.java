@NullMarked
package dev.decant.onnx;

import org.jspecify.annotations.NullMarked;
