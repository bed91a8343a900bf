package dev.decant.python;

import java.lang.foreign.MemorySegment;

/// How many memoryviews share one piece of lent memory.
///
/// A view of a view (which is what numpy makes) is counted in a hidden object behind both, and no function tells that
/// count: it is read where it has been since Python 3.3, after three views have shown that it is there.
final class SharedBuffer {
    /// Whether [#users] can be believed. The GIL is held when this class is first used.
    static final boolean KNOWN = known();

    private SharedBuffer() {}

    /// The views of the memory that a memoryview is over, itself among them.
    static long users(long view) {
        return Native.getLong(shared(view) + Types.TYPE_OFFSET + 16);
    }

    private static long shared(long view) {
        return Native.getLong(view + Types.TYPE_OFFSET + 16);
    }

    private static boolean known() {
        long bytes = BufferApi.byteArray(MemorySegment.ofArray(new byte[8]));
        long first = Errors.check(BufferApi.viewOfObject(bytes));
        long second = Errors.check(BufferApi.viewOfObject(first));
        try {
            if (shared(first) == 0 || shared(first) != shared(second) || users(first) != 2) {
                return false;
            }
            long third = Errors.check(BufferApi.viewOfObject(second));
            boolean three = shared(third) == shared(first) && users(first) == 3;
            ObjectApi.decRef(third);
            return three && users(first) == 2;
        } finally {
            ObjectApi.decRef(second);
            ObjectApi.decRef(first);
            ObjectApi.decRef(bytes);
        }
    }
}
