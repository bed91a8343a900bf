package dev.decant.python;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// Java memory that Python sees as a `memoryview`. Belongs to one thread; the GIL is held.
///
/// Arrays are copied into a `bytearray`, which Python owns. A direct buffer is lent without a copy:
/// its view is released when the call ends, so that later use of it is a Python exception. Where the
/// script has made something of the view that lives on (a numpy array), the Java buffer is kept
/// alive until that is gone.
final class LentMemory {
    /// Loans of earlier calls that are looked at again after each.
    private static final int LOOKS_BACK = 16;

    private record Loan(long view, Buffer kept) {}

    private static final Map<String, MemorySegment> FORMATS = new HashMap<>();

    private final PythonThread thread;
    private final MemorySegment description = Arena.ofAuto().allocate(BufferApi.SIZE, 8);
    private final Deque<Loan> loans = new ArrayDeque<>();
    private int lentByCall;
    private long release;
    private long cast;

    LentMemory(PythonThread thread) {
        this.thread = thread;
    }

    /// New: a memoryview of a copy of an array.
    long copy(MemorySegment array, String format) {
        long bytes = BufferApi.byteArray(array);
        long view = BufferApi.viewOfObject(bytes);
        ObjectApi.decRef(bytes);
        Errors.check(view);
        long name = EncodedText.of(format).toPython(thread);
        try {
            if (cast == 0) {
                cast = TextApi.intern("cast");
            }
            Native.putLong(thread.vector(), view);
            Native.putLong(thread.vector() + 8, name);
            return Errors.check(ObjectApi.callMethod(cast, thread.vector(), 2));
        } finally {
            ObjectApi.decRef(name);
            ObjectApi.decRef(view);
        }
    }

    /// New: a memoryview of a direct buffer, from its position to its limit.
    long lend(Buffer buffer) {
        if (!SharedBuffer.KNOWN) {
            throw new PythonConversionException(
                    "this build of Python does not tell for how long it uses a direct buffer:"
                            + " pass an array instead");
        }
        MemorySegment memory = MemorySegment.ofBuffer(buffer);
        String format = format(buffer);
        int itemSize = size(format);
        long at = description.address();
        description.fill((byte) 0);
        Native.putLong(at + BufferApi.DATA, memory.address());
        Native.putLong(at + BufferApi.LENGTH, memory.byteSize());
        Native.putLong(at + BufferApi.ITEM_SIZE, itemSize);
        Native.putInt(at + BufferApi.READ_ONLY, buffer.isReadOnly() ? 1 : 0);
        Native.putInt(at + BufferApi.DIMENSIONS, 1);
        Native.putLong(at + BufferApi.FORMAT, formatAddress(format));
        Native.putLong(thread.word(7), memory.byteSize() / itemSize);
        Native.putLong(at + BufferApi.SHAPE, thread.word(7));
        long view = Errors.check(BufferApi.viewOfMemory(at));
        ObjectApi.incRef(view);
        loans.addLast(new Loan(view, buffer));
        lentByCall++;
        return view;
    }

    /// Releases the views of a call that has ended. What Python still uses is looked at again after later calls.
    void takeBack() {
        if (loans.isEmpty()) {
            return;
        }
        if (release == 0) {
            release = TextApi.intern("release");
        }
        int looks = Math.min(loans.size(), lentByCall + LOOKS_BACK);
        lentByCall = 0;
        while (looks-- > 0) {
            Loan loan = loans.removeLast();
            if (!released(loan.view)) {
                loans.addFirst(loan);
            }
        }
    }

    private boolean released(long view) {
        if (SharedBuffer.users(view) > 1) {
            return false; // Another view of the same memory, such as the one in a numpy array.
        }
        Native.putLong(thread.vector(), view);
        long none = ObjectApi.callMethod(release, thread.vector(), 1);
        if (none == 0) {
            ErrorApi.clear(); // BufferError: something got the memory from this view itself.
            return false;
        }
        ObjectApi.decRef(none);
        ObjectApi.decRef(view);
        return true;
    }

    private static String format(Buffer buffer) {
        ByteOrder order = switch (buffer) {
            case FloatBuffer b -> b.order();
            case DoubleBuffer b -> b.order();
            case IntBuffer b -> b.order();
            case LongBuffer b -> b.order();
            case ShortBuffer b -> b.order();
            default -> ByteOrder.nativeOrder();
        };
        if (order != ByteOrder.nativeOrder()) {
            throw new PythonConversionException(
                    "a direct buffer in another byte order than the machine's cannot be passed to Python:"
                            + " call order(ByteOrder.nativeOrder()) on the ByteBuffer first");
        }
        return switch (buffer) {
            case ByteBuffer _ -> "B";
            case FloatBuffer _ -> "f";
            case DoubleBuffer _ -> "d";
            case IntBuffer _ -> "i";
            case LongBuffer _ -> "q";
            case ShortBuffer _ -> "h";
            default ->
                throw new PythonConversionException(
                        "a " + buffer.getClass().getSimpleName() + " cannot be passed to Python");
        };
    }

    private static int size(String format) {
        return switch (format) {
            case "f", "i" -> 4;
            case "d", "q" -> 8;
            case "h" -> 2;
            default -> 1;
        };
    }

    /// A view keeps the address of its format: these strings live for ever.
    private static synchronized long formatAddress(String format) {
        return FORMATS.computeIfAbsent(format, Arena.global()::allocateFrom).address();
    }
}
