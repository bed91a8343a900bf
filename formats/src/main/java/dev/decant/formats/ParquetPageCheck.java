package dev.decant.formats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesReader;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/// Holds what a decoded data page says of itself against its bytes, where the library would allocate by it: runs of
/// packed numbers, blocks of differences, and prefixes of texts.
final class ParquetPageCheck {
    /// Values that take no bits and so no bytes.
    private static final int MOST_EMPTY = 1 << 20;

    private static final int LARGEST_BLOCK = 1 << 20;

    private final byte[] bytes;
    private int at;
    private final int end;

    private ParquetPageCheck(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /// Checks a page of the first kind: levels with their lengths, then values.
    static void first(
            byte[] bytes,
            int count,
            ColumnDescriptor column,
            Encoding repetition,
            Encoding definition,
            Encoding encoding)
            throws IOException {
        ParquetPageCheck page = new ParquetPageCheck(bytes, 0, bytes.length);
        page.levels(column.getMaxRepetitionLevel(), count, repetition);
        page.levels(column.getMaxDefinitionLevel(), count, definition);
        page.values(count, encoding);
    }

    /// Checks a page of the second kind, whose header has the lengths of the levels.
    static void second(byte[] bytes, int repetition, int levels, int count, ColumnDescriptor column, Encoding encoding)
            throws IOException {
        new ParquetPageCheck(bytes, 0, repetition).runs(width(column.getMaxRepetitionLevel()), count);
        new ParquetPageCheck(bytes, repetition, levels).runs(width(column.getMaxDefinitionLevel()), count);
        new ParquetPageCheck(bytes, levels, bytes.length).values(count, encoding);
    }

    /// Checks a dictionary: entries one after the other, texts with their lengths before them.
    static void dictionary(byte[] bytes, int count, ColumnDescriptor column) throws IOException {
        PrimitiveType type = column.getPrimitiveType();
        ParquetPageCheck page = new ParquetPageCheck(bytes, 0, bytes.length);
        if (type.getPrimitiveTypeName() == PrimitiveTypeName.BINARY) {
            for (int i = 0; i < count; i++) {
                int length = page.littleEndian();
                if (length < 0 || length > page.end - page.at) {
                    throw new IOException("an entry of a dictionary is longer than its page");
                }
                page.at += length;
            }
            return;
        }
        long size = switch (type.getPrimitiveTypeName()) {
            case INT32, FLOAT -> Integer.BYTES;
            case INT64, DOUBLE -> Long.BYTES;
            case INT96 -> 12;
            case FIXED_LEN_BYTE_ARRAY -> type.getTypeLength();
            case BOOLEAN, BINARY -> throw new IOException("a dictionary of " + type.getPrimitiveTypeName());
        };
        if (size < 1 || size * count > bytes.length) {
            throw new IOException("a dictionary has more entries than bytes");
        }
    }

    private static int width(int most) {
        return 32 - Integer.numberOfLeadingZeros(most);
    }

    private void levels(int most, int count, Encoding encoding) throws IOException {
        if (most == 0) {
            return;
        }
        if (encoding == Encoding.RLE) {
            int length = littleEndian();
            if (length < 0 || length > end - at) {
                throw new IOException("a page's levels are longer than it is");
            }
            new ParquetPageCheck(bytes, at, at + length).runs(width(most), count);
            at += length;
        } else {
            long length = ((long) count * width(most) + 7) / 8;
            if (length > end - at) {
                throw new IOException("a page's levels are longer than it is");
            }
            at += (int) length;
        }
    }

    @SuppressWarnings("deprecation") // old files have it
    private void values(int count, Encoding encoding) throws IOException {
        if (at == end) {
            return; // all are null
        }
        switch (encoding) {
            case PLAIN_DICTIONARY, RLE_DICTIONARY -> {
                int width = bytes[at++] & 0xff;
                if (width > 32) {
                    throw new IOException("a page's numbers have " + width + " bits");
                }
                runs(width, count);
            }
            case RLE -> {
                littleEndian();
                runs(1, count);
            }
            case DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY -> deltas(count);
            case DELTA_BYTE_ARRAY -> prefixes(count);
            default -> {}
        }
    }

    /// A mixture of packed and of repeated numbers. What follows the last needed run is not looked at.
    private void runs(int width, int count) throws IOException {
        long seen = 0;
        while (seen < count && at < end) {
            long header = varint();
            long length = header >>> 1;
            if ((header & 1) == 0) {
                at = (int) Math.min(end, at + (width + 7L) / 8);
                seen += length;
                continue;
            }
            // The last run may be cut short, to its last byte.
            if (length * width > end - at + 8L * width || (width == 0 && length * 8 > MOST_EMPTY)) {
                throw new IOException("a run of packed numbers is longer than its page");
            }
            at = (int) Math.min(end, at + length * width);
            seen += 8 * length;
        }
    }

    private void deltas(int count) throws IOException {
        long block = varint();
        long parts = varint();
        long said = varint();
        if (block > LARGEST_BLOCK || parts < 1 || parts > block || said > count) {
            throw new IOException("a block of differences is longer than its page");
        }
    }

    /// Each text begins with a part of the text before it.
    private void prefixes(int count) throws IOException {
        int start = at;
        deltas(count);
        ByteBufferInputStream stream = ByteBufferInputStream.wrap(ByteBuffer.wrap(bytes, start, end - start));
        DeltaBinaryPackingValuesReader prefixes = new DeltaBinaryPackingValuesReader();
        prefixes.initFromPage(count, stream);
        at = end - stream.available();
        int present = said(start);
        deltas(count);
        if (said(end - stream.available()) != present) {
            throw new IOException("a page has not as many endings as beginnings of its texts");
        }
        DeltaBinaryPackingValuesReader endings = new DeltaBinaryPackingValuesReader();
        endings.initFromPage(count, stream);
        long before = 0;
        for (int i = 0; i < present; i++) {
            long prefix = prefixes.readInteger();
            long ending = endings.readInteger();
            if (prefix < 0 || prefix > before || ending < 0 || ending > end - start) {
                throw new IOException("a text begins with more of the text before it than that has");
            }
            before = prefix + ending;
        }
    }

    /// How many values the differences at `from` are of.
    private int said(int from) throws IOException {
        ParquetPageCheck header = new ParquetPageCheck(bytes, from, end);
        header.varint();
        header.varint();
        return (int) header.varint();
    }

    private int littleEndian() throws IOException {
        if (end - at < Integer.BYTES) {
            throw new IOException("a page ends too early");
        }
        int value = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
        at += Integer.BYTES;
        return value;
    }

    /// A number of 32 bits at most.
    private long varint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            if (at >= end) {
                throw new IOException("a page ends within a number");
            }
            byte b = bytes[at++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                if (value > 0xffff_ffffL) {
                    break;
                }
                return value;
            }
        }
        throw new IOException("a number in a page has more than 32 bits");
    }
}
