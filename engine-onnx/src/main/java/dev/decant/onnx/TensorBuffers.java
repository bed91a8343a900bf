package dev.decant.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/// Native memory for the inputs and the logits of one run, reused from run to run and grown when a
/// batch needs more. Used by one run at a time; freed by [#close()].
final class TensorBuffers implements AutoCloseable {
    /// Memory above this is not kept after a run.
    private static final long MOST_KEPT_BYTES = 4 << 20;

    private final ModelSignature signature;
    private final int labels;
    private Arena arena = newArena();
    private MemorySegment memory = MemorySegment.NULL;
    private int rows;
    private int columns;

    TensorBuffers(ModelSignature signature, int labels) {
        this.signature = signature;
        this.labels = labels;
    }

    private void grow(long needed) {
        Arena larger = newArena();
        memory = larger.allocate(Math.max(needed, Math.min(2 * memory.byteSize(), MOST_KEPT_BYTES)), 64);
        arena.close();
        arena = larger;
    }

    /// Lays out inputs of `rows` by `columns` tokens, filled with padding.
    void shape(int rows, int columns, int padTokenId) {
        this.rows = rows;
        this.columns = columns;
        long needed = outputOffset() + (long) rows * labels * Float.BYTES;
        if (memory.byteSize() < needed) {
            grow(needed);
        }
        for (int i = 0; i < signature.inputs().size(); i++) {
            ModelSignature.Input input = signature.inputs().get(i);
            if (input.content() == ModelSignature.Content.INPUT_IDS && padTokenId != 0) {
                for (int at = 0; at < rows * columns; at++) {
                    set(input, i, at, padTokenId);
                }
            } else {
                memory.asSlice(inputOffset(i), (long) rows * columns * input.bytes())
                        .fill((byte) 0);
            }
        }
    }

    /// Writes a row's tokens.
    void setRow(int row, int[] ids) {
        for (int i = 0; i < signature.inputs().size(); i++) {
            ModelSignature.Input input = signature.inputs().get(i);
            int first = row * columns;
            switch (input.content()) {
                case INPUT_IDS -> {
                    for (int column = 0; column < ids.length; column++) {
                        set(input, i, first + column, ids[column]);
                    }
                }
                case ATTENTION_MASK -> {
                    for (int column = 0; column < ids.length; column++) {
                        set(input, i, first + column, 1);
                    }
                }
                case POSITION_IDS -> {
                    for (int column = 0; column < columns; column++) {
                        set(input, i, first + column, column);
                    }
                }
                case TOKEN_TYPE_IDS -> {} // a single text is all of type 0
            }
        }
    }

    /// The tensor over one input's memory; the caller closes it before the buffers are used again.
    OnnxTensor input(OrtEnvironment environment, int index) throws OrtException {
        ModelSignature.Input input = signature.inputs().get(index);
        long[] shape = {rows, columns};
        var bytes = memory.asSlice(inputOffset(index), (long) rows * columns * input.bytes())
                .asByteBuffer()
                .order(ByteOrder.nativeOrder());
        return input.wide()
                ? OnnxTensor.createTensor(environment, bytes.asLongBuffer(), shape)
                : OnnxTensor.createTensor(environment, bytes.asIntBuffer(), shape);
    }

    /// The tensor over the logits' memory.
    OnnxTensor output(OrtEnvironment environment) throws OrtException {
        var bytes = memory.asSlice(outputOffset(), (long) rows * labels * Float.BYTES)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder());
        return OnnxTensor.createTensor(environment, bytes.asFloatBuffer(), new long[] {rows, labels});
    }

    /// Reads a row's logits from the memory.
    void readLogits(int row, float[] logits) {
        for (int i = 0; i < labels; i++) {
            logits[i] = memory.get(
                    ValueLayout.JAVA_FLOAT_UNALIGNED, outputOffset() + ((long) row * labels + i) * Float.BYTES);
        }
    }

    boolean keepable() {
        return memory.byteSize() <= MOST_KEPT_BYTES;
    }

    @Override
    public void close() {
        arena.close();
    }

    @SuppressWarnings("MustBeClosedChecker") // close() closes it
    private static Arena newArena() {
        return Arena.ofShared();
    }

    private void set(ModelSignature.Input input, int index, int at, int value) {
        long offset = inputOffset(index) + (long) at * input.bytes();
        if (input.wide()) {
            memory.set(ValueLayout.JAVA_LONG, offset, value);
        } else {
            memory.set(ValueLayout.JAVA_INT, offset, value);
        }
    }

    // Each tensor starts at a multiple of 64 bytes, as vector instructions like it.
    private long inputOffset(int index) {
        long offset = 0;
        List<ModelSignature.Input> inputs = signature.inputs();
        for (int i = 0; i < index; i++) {
            offset += ((long) rows * columns * inputs.get(i).bytes() + 63) & ~63L;
        }
        return offset;
    }

    private long outputOffset() {
        return inputOffset(signature.inputs().size());
    }
}
