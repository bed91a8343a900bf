package dev.decant.onnx;

import dev.decant.engine.Prepared;
import dev.decant.onnx.tokenizer.Encoding;

/// A text as token ids.
record TokenizedText(Encoding encoding) implements Prepared {
    @Override
    public int cost() {
        return Math.max(1, encoding.ids().length);
    }

    @Override
    public boolean truncated() {
        return encoding.truncated();
    }
}
