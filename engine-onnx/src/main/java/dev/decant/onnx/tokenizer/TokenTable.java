package dev.decant.onnx.tokenizer;

import java.util.Arrays;

/// Strings with their ids, found by slices of a char array: an open-addressing hash table over one
/// blob of characters, one byte each for strings within Latin-1, two for the others.
///
/// About 20 bytes a string; no objects per string. Immutable.
final class TokenTable {
    /// Factor of the polynomial hash; a slice's hash follows from those of two prefixes.
    static final int FACTOR = 0x01000193;

    private static final int WIDE = 1 << 31;

    private final byte[] blob;
    private final int[] starts;
    private final int[] ids;
    private final int[] slots;
    private final int entryMask;
    private final int longest;

    private TokenTable(Builder builder) {
        int size = builder.size;
        blob = Arrays.copyOf(builder.blob, builder.blobSize);
        starts = Arrays.copyOf(builder.starts, size + 1);
        starts[size] = builder.blobSize;
        ids = Arrays.copyOf(builder.ids, size);
        longest = builder.longest;
        entryMask = size == 0 ? 1 : (Integer.highestOneBit(size) << 1) - 1;
        slots = new int[Math.max(2, Integer.highestOneBit(Math.max(1, size)) << 2)];
        for (int entry = 0; entry < size; entry++) {
            insert(entry, mix(builder.hashes[entry]));
        }
    }

    /// The id of the string that stands in `text` from `from` to `to`, or -1.
    ///
    /// @param hash the slice's hash, as [#hash] computes it
    int find(char[] text, int from, int to, int hash) {
        int mixed = mix(hash);
        int last = slots.length - 1;
        for (int i = mixed & last; slots[i] != 0; i = (i + 1) & last) {
            int entry = match(slots[i], mixed, text, from, to - from);
            if (entry >= 0) {
                return ids[entry];
            }
        }
        return -1;
    }

    /// The length of the longest string.
    int longest() {
        return longest;
    }

    static int hash(char[] text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * FACTOR + text[i];
        }
        return hash;
    }

    private static int mix(int hash) {
        int mixed = hash * 0x9E3779B9;
        return mixed ^ (mixed >>> 15);
    }

    // A slot holds the entry's number plus one in its low bits, and as many bits of the hash as fit above it.
    private int match(int slot, int mixed, char[] text, int from, int length) {
        if (((slot ^ mixed) & ~entryMask) != 0) {
            return -1;
        }
        int entry = (slot & entryMask) - 1;
        int start = starts[entry];
        if (start >= 0) {
            if ((starts[entry + 1] & ~WIDE) - start != length) {
                return -1;
            }
            for (int i = 0; i < length; i++) {
                if ((blob[start + i] & 0xFF) != text[from + i]) {
                    return -1;
                }
            }
            return entry;
        }
        if (length(entry) != length) {
            return -1;
        }
        for (int i = 0; i < length; i++) {
            if (wideChar(start & ~WIDE, i) != text[from + i]) {
                return -1;
            }
        }
        return entry;
    }

    // A string that comes twice keeps its last id, as in the original.
    private void insert(int entry, int mixed) {
        int last = slots.length - 1;
        int i = mixed & last;
        while (slots[i] != 0 && !same(slots[i], mixed, entry)) {
            i = (i + 1) & last;
        }
        slots[i] = (mixed & ~entryMask) | (entry + 1);
    }

    private boolean same(int slot, int mixed, int entry) {
        if (((slot ^ mixed) & ~entryMask) != 0) {
            return false;
        }
        int other = (slot & entryMask) - 1;
        return (starts[entry] ^ starts[other]) >= 0
                && Arrays.equals(
                        blob,
                        starts[entry] & ~WIDE,
                        starts[entry + 1] & ~WIDE,
                        blob,
                        starts[other] & ~WIDE,
                        starts[other + 1] & ~WIDE);
    }

    private int length(int entry) {
        int bytes = (starts[entry + 1] & ~WIDE) - (starts[entry] & ~WIDE);
        return starts[entry] < 0 ? bytes / 2 : bytes;
    }

    private char wideChar(int start, int i) {
        return (char) ((blob[start + 2 * i] & 0xFF) | (blob[start + 2 * i + 1] & 0xFF) << 8);
    }

    /// Collects the strings. Used by one thread.
    static final class Builder {
        private byte[] blob = new byte[4096];
        private int blobSize;
        private int[] starts = new int[512];
        private int[] ids = new int[512];
        private int[] hashes = new int[512];
        private int size;
        private int longest;

        void add(char[] text, int from, int to, int id) {
            boolean wide = false;
            for (int i = from; i < to; i++) {
                wide |= text[i] > 0xFF;
            }
            reserve(2 * (to - from));
            starts[size] = wide ? blobSize | WIDE : blobSize;
            for (int i = from; i < to; i++) {
                blob[blobSize++] = (byte) text[i];
                if (wide) {
                    blob[blobSize++] = (byte) (text[i] >> 8);
                }
            }
            end(to - from, hash(text, from, to), id);
        }

        /// Adds a string of ASCII characters whose hash is known.
        void addAscii(byte[] text, int from, int to, int hash, int id) {
            reserve(to - from);
            starts[size] = blobSize;
            System.arraycopy(text, from, blob, blobSize, to - from);
            blobSize += to - from;
            end(to - from, hash, id);
        }

        private void reserve(int bytes) {
            if (blob.length - blobSize < bytes) {
                blob = Arrays.copyOf(blob, Math.max(2 * blob.length, blobSize + bytes));
            }
            if (starts.length - size < 2) {
                starts = Arrays.copyOf(starts, 2 * starts.length);
                ids = Arrays.copyOf(ids, 2 * ids.length);
                hashes = Arrays.copyOf(hashes, 2 * hashes.length);
            }
        }

        private void end(int length, int hash, int id) {
            longest = Math.max(longest, length);
            hashes[size] = hash;
            ids[size++] = id;
        }

        TokenTable build() {
            return new TokenTable(this);
        }
    }
}
