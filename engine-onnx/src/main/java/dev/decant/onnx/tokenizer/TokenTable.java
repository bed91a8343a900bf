package dev.decant.onnx.tokenizer;

import java.util.Arrays;

/// Strings with their ids, found by slices of a char array.
///
/// An open-addressing hash table of places in one blob, where length, id and characters stand together:
/// looking up a word touches memory in two places, however large the table is. Characters take one byte in
/// strings within Latin-1, two in the others; about 20 bytes a string, no object for each. Immutable.
final class TokenTable {
    /// Factor of the polynomial hash; a slice's hash follows from those of two prefixes.
    static final int FACTOR = 0x01000193;

    /// Longer strings are left out: no word that is looked up is as long.
    private static final int LONGEST = 0x7FFF;

    private static final int WIDE = 0x8000;
    /// Length and width in two bytes, the id in four.
    private static final int HEADER = 6;

    private final byte[] blob;
    private final int[] slots;
    private final int placeMask;
    private final int longest;

    private TokenTable(Builder builder) {
        blob = Arrays.copyOf(builder.blob, builder.blobSize);
        longest = builder.longest;
        placeMask = (Integer.highestOneBit(blob.length) << 1) - 1;
        slots = new int[Math.max(2, Integer.highestOneBit(Math.max(1, builder.size)) << 2)];
        for (int i = 0; i < builder.size; i++) {
            insert(builder.places[i], mix(builder.hashes[i]));
        }
    }

    /// The id of the string that stands in `text` from `from` to `to`, or -1.
    ///
    /// @param hash the slice's hash, as [#hash] computes it
    int find(char[] text, int from, int to, int hash) {
        int mixed = mix(hash);
        int last = slots.length - 1;
        for (int i = mixed & last; slots[i] != 0; i = (i + 1) & last) {
            int slot = slots[i];
            if (((slot ^ mixed) & ~placeMask) == 0 && matches(slot & placeMask, text, from, to - from)) {
                return id(slot & placeMask);
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

    // A slot holds the string's place in its low bits, and as many bits of this as fit above them.
    private static int mix(int hash) {
        int mixed = hash * 0x9E3779B9;
        return mixed ^ (mixed >>> 15);
    }

    private boolean matches(int place, char[] text, int from, int length) {
        int header = header(place);
        if ((header & LONGEST) != length) {
            return false;
        }
        int start = place + HEADER;
        if ((header & WIDE) == 0) {
            for (int i = 0; i < length; i++) {
                if ((blob[start + i] & 0xFF) != text[from + i]) {
                    return false;
                }
            }
            return true;
        }
        for (int i = 0; i < length; i++) {
            if (((blob[start + 2 * i] & 0xFF) | (blob[start + 2 * i + 1] & 0xFF) << 8) != text[from + i]) {
                return false;
            }
        }
        return true;
    }

    // A string that comes twice keeps its last id, as in the original.
    private void insert(int place, int mixed) {
        int last = slots.length - 1;
        int i = mixed & last;
        while (slots[i] != 0 && !same(slots[i], mixed, place)) {
            i = (i + 1) & last;
        }
        slots[i] = (mixed & ~placeMask) | place;
    }

    private boolean same(int slot, int mixed, int place) {
        if (((slot ^ mixed) & ~placeMask) != 0) {
            return false;
        }
        int other = slot & placeMask;
        int header = header(place);
        int bytes = (header & LONGEST) << ((header & WIDE) == 0 ? 0 : 1);
        return header == header(other)
                && Arrays.equals(
                        blob, place + HEADER, place + HEADER + bytes, blob, other + HEADER, other + HEADER + bytes);
    }

    private int header(int place) {
        return (blob[place] & 0xFF) | (blob[place + 1] & 0xFF) << 8;
    }

    private int id(int place) {
        return (blob[place + 2] & 0xFF)
                | (blob[place + 3] & 0xFF) << 8
                | (blob[place + 4] & 0xFF) << 16
                | (blob[place + 5] & 0xFF) << 24;
    }

    /// Collects the strings. Used by one thread.
    static final class Builder {
        private byte[] blob = new byte[4096];
        private int blobSize = 1; // place 0 stands for an empty slot
        private int[] places = new int[512];
        private int[] hashes = new int[512];
        private int size;
        private int longest;

        void add(char[] text, int from, int to, int id) {
            boolean wide = false;
            for (int i = from; i < to; i++) {
                wide |= text[i] > 0xFF;
            }
            if (start(to - from, wide, hash(text, from, to), id)) {
                for (int i = from; i < to; i++) {
                    blob[blobSize++] = (byte) text[i];
                    if (wide) {
                        blob[blobSize++] = (byte) (text[i] >> 8);
                    }
                }
            }
        }

        /// Adds a string of ASCII characters whose hash is known.
        void addAscii(byte[] text, int from, int to, int hash, int id) {
            if (start(to - from, false, hash, id)) {
                System.arraycopy(text, from, blob, blobSize, to - from);
                blobSize += to - from;
            }
        }

        private boolean start(int length, boolean wide, int hash, int id) {
            if (length > LONGEST) {
                return false;
            }
            int bytes = HEADER + (wide ? 2 * length : length);
            if (blob.length - blobSize < bytes) {
                blob = Arrays.copyOf(blob, Math.addExact(blobSize, Math.max(blobSize, bytes)));
            }
            if (places.length == size) {
                places = Arrays.copyOf(places, 2 * size);
                hashes = Arrays.copyOf(hashes, 2 * size);
            }
            places[size] = blobSize;
            hashes[size++] = hash;
            longest = Math.max(longest, length);
            int header = wide ? length | WIDE : length;
            blob[blobSize++] = (byte) header;
            blob[blobSize++] = (byte) (header >> 8);
            for (int shift = 0; shift < 32; shift += 8) {
                blob[blobSize++] = (byte) (id >> shift);
            }
            return true;
        }

        TokenTable build() {
            return new TokenTable(this);
        }
    }
}
