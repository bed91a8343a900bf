package dev.decant.python;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// The memory of a Python array (numpy, `array`, `bytearray`, `memoryview`), without a copy.
///
/// The array stays alive and where it is until [#close]; one that is not closed is given back some
/// time after it has become unreachable. Usable from any thread. What Python writes meanwhile is seen.
public final class PythonBuffer implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();
    /// `Py_buffer` structs that are free again.
    private static final ConcurrentLinkedQueue<MemorySegment> POOL = new ConcurrentLinkedQueue<>();

    private final Hold hold;
    private final Cleaner.Cleanable cleanable;
    private final MemorySegment segment;
    private final String format;
    private final int itemSize;
    private final long[] shape;

    /// What is to be given back; refers to no [PythonBuffer].
    private static final class Hold implements Runnable {
        final MemorySegment struct;
        final AtomicBoolean closed = new AtomicBoolean();

        Hold(MemorySegment struct) {
            this.struct = struct;
        }

        @Override
        public void run() {
            if (!closed.compareAndSet(false, true)) {
                return;
            }
            PythonThread thread = PythonThread.current();
            if (thread != null) {
                release(thread);
            } else {
                Interpreter.later(this::release);
            }
        }

        private void release(PythonThread thread) {
            thread.enter();
            try {
                BufferApi.release(struct.address());
            } finally {
                thread.exit();
            }
            POOL.add(struct);
        }
    }

    private PythonBuffer(MemorySegment struct) {
        long at = struct.address();
        itemSize = (int) Native.getLong(at + BufferApi.ITEM_SIZE);
        long formatAt = Native.getLong(at + BufferApi.FORMAT);
        format = formatAt == 0 ? "B" : Native.cString(formatAt);
        shape = new long[Native.getInt(at + BufferApi.DIMENSIONS)];
        long shapeAt = Native.getLong(at + BufferApi.SHAPE);
        for (int i = 0; i < shape.length; i++) {
            shape[i] = Native.getLong(shapeAt + 8L * i);
        }
        MemorySegment memory =
                Native.segment(Native.getLong(at + BufferApi.DATA), Native.getLong(at + BufferApi.LENGTH));
        segment = Native.getInt(at + BufferApi.READ_ONLY) == 0 ? memory : memory.asReadOnly();
        hold = new Hold(struct);
        cleanable = CLEANER.register(this, hold);
    }

    /// A view of an object that exports one. The GIL is held.
    static PythonBuffer over(long object) {
        MemorySegment free = POOL.poll();
        MemorySegment struct = free != null ? free : Arena.global().allocate(BufferApi.SIZE, 8);
        if (BufferApi.get(object, struct.address()) != 0) {
            POOL.add(struct);
            throw Errors.take();
        }
        return new PythonBuffer(struct);
    }

    /// The memory itself, in C order; read-only where Python's is. Reading it after [#close] is an
    /// error that is not detected.
    public MemorySegment segment() {
        checkOpen();
        return segment;
    }

    /// What an element is, as a character of Python's `struct` module: `f`, `d`, `i`, `l`, `q`, `B` and so on.
    public String format() {
        return format;
    }

    /// The length of each dimension; empty for a scalar.
    public long[] shape() {
        return shape.clone();
    }

    /// The number of elements.
    public long size() {
        long size = 1;
        for (long length : shape) {
            size *= length;
        }
        return size;
    }

    /// A copy of an array of 32-bit floats.
    public float[] toFloatArray() {
        check("f", 4);
        return segment().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    /// A copy of an array of 64-bit floats.
    public double[] toDoubleArray() {
        check("d", 8);
        return segment().toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED);
    }

    /// A copy of an array of 32-bit integers.
    public int[] toIntArray() {
        check("iIlL", 4);
        return segment().toArray(ValueLayout.JAVA_INT_UNALIGNED);
    }

    /// A copy of an array of 64-bit integers.
    public long[] toLongArray() {
        check("lLqQ", 8);
        return segment().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
    }

    /// A copy of the bytes, whatever they are.
    public byte[] toByteArray() {
        return segment().toArray(ValueLayout.JAVA_BYTE);
    }

    /// A copy of the elements as `Double` or `Long`, in C order.
    ///
    /// @throws PythonConversionException when they are neither floats of 32 or 64 bits nor integers
    public List<Object> toList() {
        List<Object> list = new ArrayList<>();
        MemorySegment memory = segment();
        String kind = kind();
        boolean signed = kind.length() == 1 && Character.isLowerCase(kind.charAt(0));
        for (long at = 0; at < memory.byteSize(); at += itemSize) {
            if (kind.equals("f") && itemSize == 4) {
                list.add((double) memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at));
            } else if (kind.equals("d") && itemSize == 8) {
                list.add(memory.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, at));
            } else if (kind.length() != 1 || !"?bBhHiIlLqQ".contains(kind)) {
                throw new PythonConversionException("the array's elements are of format '" + format + "', no numbers");
            } else if (itemSize == 1) {
                byte value = memory.get(ValueLayout.JAVA_BYTE, at);
                list.add(signed ? (long) value : value & 0xffL);
            } else if (itemSize == 2) {
                short value = memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, at);
                list.add(signed ? (long) value : value & 0xffffL);
            } else if (itemSize == 4) {
                int value = memory.get(ValueLayout.JAVA_INT_UNALIGNED, at);
                list.add(signed ? (long) value : value & 0xffffffffL);
            } else {
                list.add(memory.get(ValueLayout.JAVA_LONG_UNALIGNED, at));
            }
        }
        return list;
    }

    /// The format without its mark of byte order.
    private String kind() {
        return format.startsWith("@") || format.startsWith("=") || format.startsWith("<")
                ? format.substring(1)
                : format;
    }

    private void check(String expected, int size) {
        String kind = kind();
        if (kind.length() != 1 || !expected.contains(kind) || itemSize != size) {
            throw new PythonConversionException("the array's elements are of format '" + format + "' and " + itemSize
                    + " bytes: not what was asked for");
        }
    }

    private void checkOpen() {
        if (hold.closed.get()) {
            throw new IllegalStateException("the buffer is closed");
        }
    }

    /// Gives the array back to Python. Further calls do nothing.
    @Override
    public void close() {
        cleanable.clean();
    }

    @Override
    public String toString() {
        return "PythonBuffer[" + format + ", " + Arrays.toString(shape) + "]";
    }
}
