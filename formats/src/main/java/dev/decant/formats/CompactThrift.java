package dev.decant.formats;

import java.io.IOException;

/// Walks through a structure in Thrift's compact protocol, such as a Parquet footer, before a library reads it: every
/// length and count in it must fit into the bytes that are there, so that nothing is allocated for what is not.
final class CompactThrift {
    /// Parquet's own structures are some ten deep.
    private static final int DEEPEST = 64;

    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int SET = 10;
    private static final int MAP = 11;
    private static final int STRUCT = 12;
    private static final int UUID = 13;

    private final byte[] bytes;
    private final int limit;
    private int at;

    private CompactThrift(byte[] bytes, int from, int limit) {
        this.bytes = bytes;
        this.limit = limit;
        this.at = from;
    }

    /// The place behind the structure that begins at `from`.
    ///
    /// @throws Truncated when it does not end before `limit`
    /// @throws IOException when it is no structure
    static int end(byte[] bytes, int from, int limit) throws IOException {
        CompactThrift walk = new CompactThrift(bytes, from, limit);
        walk.struct(0);
        return walk.at;
    }

    /// The bytes end before the structure does, or a length in it reaches beyond them.
    static final class Truncated extends IOException {
        private static final long serialVersionUID = 1;

        Truncated() {
            super("a length in it reaches beyond its end");
        }
    }

    private void struct(int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IOException("it is nested more than " + DEEPEST + " deep");
        }
        while (true) {
            int header = next();
            int type = header & 0xf;
            if (type == 0) {
                return;
            }
            if (header >>> 4 == 0) {
                varint(); // the field's number
            }
            if (type > 2) { // true and false are the type itself
                value(type, depth);
            }
        }
    }

    private void value(int type, int depth) throws IOException {
        switch (type) {
            case 1, 2, 3 -> skip(1);
            case 4, 5, 6 -> varint();
            case 7 -> skip(8);
            case BINARY -> skip(varint());
            case LIST, SET -> list(depth);
            case MAP -> map(depth);
            case STRUCT -> struct(depth + 1);
            case UUID -> skip(16);
            default -> throw new IOException("a field in it has the type " + type + ", which there is not");
        }
    }

    private void list(int depth) throws IOException {
        int header = next();
        int size = header >>> 4;
        elements(size == 15 ? varint() : size, depth, header & 0xf);
    }

    private void map(int depth) throws IOException {
        long size = varint();
        if (size != 0) {
            int types = next();
            elements(size, depth, types >>> 4, types & 0xf);
        }
    }

    private void elements(long size, int depth, int... types) throws IOException {
        if (depth > DEEPEST) {
            throw new IOException("it is nested more than " + DEEPEST + " deep");
        }
        // Each takes a byte at least.
        if (size < 0 || size > limit - at) {
            throw new Truncated();
        }
        for (long i = 0; i < size; i++) {
            for (int type : types) {
                value(type, depth + 1);
            }
        }
    }

    private int next() throws Truncated {
        if (at == limit) {
            throw new Truncated();
        }
        return bytes[at++] & 0xff;
    }

    private long varint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = next();
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new IOException("a number in it has more than 64 bits");
    }

    private void skip(long count) throws Truncated {
        if (count < 0 || count > limit - at) {
            throw new Truncated();
        }
        at += (int) count;
    }
}
