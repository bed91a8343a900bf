package dev.decant.onnx;

import java.util.ArrayDeque;
import java.util.Deque;

/// The buffers that are not in a run. Never waits: a run that finds none gets new ones, and those that come
/// back beyond the bound are freed. Safe to share between threads.
final class BufferPool implements AutoCloseable {
    private final ModelSignature signature;
    private final int labels;
    private final int bound;
    private final Deque<TensorBuffers> idle = new ArrayDeque<>();
    private boolean closed;

    /// @param bound the most buffers that are kept
    BufferPool(ModelSignature signature, int labels, int bound) {
        this.signature = signature;
        this.labels = labels;
        this.bound = bound;
    }

    TensorBuffers take() {
        synchronized (this) {
            TensorBuffers buffers = idle.pollFirst();
            if (buffers != null) {
                return buffers;
            }
        }
        return new TensorBuffers(signature, labels);
    }

    void giveBack(TensorBuffers buffers) {
        synchronized (this) {
            if (!closed && idle.size() < bound && buffers.keepable()) {
                idle.addFirst(buffers);
                return;
            }
        }
        buffers.close();
    }

    @Override
    public synchronized void close() {
        closed = true;
        idle.forEach(TensorBuffers::close);
        idle.clear();
    }
}
