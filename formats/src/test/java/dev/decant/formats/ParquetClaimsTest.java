package dev.decant.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

/// What the parts of a Parquet file say of their own sizes is held against their bytes before anything is allocated.
class ParquetClaimsTest {
    private static final ColumnDescriptor TEXTS = column(PrimitiveTypeName.BINARY);
    private static final ColumnDescriptor NUMBERS = column(PrimitiveTypeName.INT64);

    private static ColumnDescriptor column(PrimitiveTypeName type) {
        return new ColumnDescriptor(new String[] {"c"}, Types.required(type).named("c"), 0, 0);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static void page(byte[] bytes, int count, ColumnDescriptor column, Encoding encoding) throws IOException {
        ParquetPageCheck.first(bytes, count, column, Encoding.RLE, Encoding.RLE, encoding);
        ParquetPageCheck.second(bytes, 0, 0, count, column, encoding);
    }

    private static void refused(byte[] bytes, int count, ColumnDescriptor column, Encoding encoding, String told) {
        assertThatThrownBy(() -> page(bytes, count, column, encoding))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(told);
    }

    @Test
    void runsOfPackedNumbersFitTheirPage() throws IOException {
        // 2 bits; one run of 8 packed numbers in two bytes; then the number 1, 100 times.
        byte[] sound = bytes(2, 3, 0x1b, 0x1b, 200, 1, 1);
        assertThatCode(() -> page(sound, 108, NUMBERS, Encoding.RLE_DICTIONARY)).doesNotThrowAnyException();
        // A run of 2^31 packed numbers; it would take 8 GB.
        byte[] long2 = bytes(2, 0xff, 0xff, 0xff, 0xff, 3, 0x1b);
        refused(long2, 1 << 20, NUMBERS, Encoding.RLE_DICTIONARY, "longer than its page");
        // The same of no bits, which take no bytes.
        byte[] none = bytes(0, 0xff, 0xff, 0xff, 0xff, 3);
        refused(none, 1 << 20, NUMBERS, Encoding.RLE_DICTIONARY, "longer than its page");
        refused(bytes(33, 2, 0), 1, NUMBERS, Encoding.RLE_DICTIONARY, "33 bits");
        refused(bytes(2, 0x80), 1, NUMBERS, Encoding.RLE_DICTIONARY, "ends within a number");
    }

    @Test
    void blocksOfDifferencesFitTheirPage() {
        // 128 values in a block of 4 parts: 3 values in all, the first is 0.
        assertThatCode(() -> page(bytes(0x80, 1, 4, 3, 0, 0, 0, 0, 0, 0), 3, NUMBERS, Encoding.DELTA_BINARY_PACKED))
                .doesNotThrowAnyException();
        String told = "a block of differences is longer than its page";
        byte[] many = bytes(0x80, 1, 4, 0xff, 0xff, 0xff, 0xff, 7, 0);
        refused(many, 3, NUMBERS, Encoding.DELTA_BINARY_PACKED, told);
        byte[] large = bytes(0xff, 0xff, 0xff, 0xff, 7, 4, 3, 0);
        refused(large, 3, TEXTS, Encoding.DELTA_LENGTH_BYTE_ARRAY, told);
        refused(bytes(0x80, 1, 0, 3, 0), 3, NUMBERS, Encoding.DELTA_BINARY_PACKED, told);
    }

    @Test
    void aTextBeginsWithNoMoreOfTheLastThanThatHas() throws IOException {
        // Beginnings: 1 value, of 2^30 characters. Endings: 1 value, of none.
        byte[] text = bytes(0x80, 1, 4, 1, 0x80, 0x80, 0x80, 0x80, 8, 0x80, 1, 4, 1, 0);
        refused(text, 1, TEXTS, Encoding.DELTA_BYTE_ARRAY, "more of the text before it");
        byte[] sound = bytes(0x80, 1, 4, 1, 0, 0x80, 1, 4, 1, 4, 'h', 'i');
        page(sound, 1, TEXTS, Encoding.DELTA_BYTE_ARRAY);
    }

    @Test
    void levelsFitTheirPage() {
        ColumnDescriptor optional = new ColumnDescriptor(
                new String[] {"c"}, Types.optional(PrimitiveTypeName.INT32).named("c"), 0, 1);
        byte[] page = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(1 << 30)
                .array();
        assertThatThrownBy(() -> ParquetPageCheck.first(page, 1, optional, Encoding.RLE, Encoding.RLE, Encoding.PLAIN))
                .hasMessageContaining("levels are longer");
    }

    @Test
    void entriesOfADictionaryFitIt() throws IOException {
        byte[] entry = ByteBuffer.allocate(6)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(2)
                .put((byte) 'h')
                .put((byte) 'i')
                .array();
        ParquetPageCheck.dictionary(entry, 1, TEXTS);
        assertThatThrownBy(() -> ParquetPageCheck.dictionary(entry, 2, TEXTS)).isInstanceOf(IOException.class);
        byte[] longer = entry.clone();
        longer[3] = 0x7f;
        assertThatThrownBy(() -> ParquetPageCheck.dictionary(longer, 1, TEXTS))
                .hasMessageContaining("an entry of a dictionary is longer than its page");
        assertThatThrownBy(() -> ParquetPageCheck.dictionary(new byte[15], 2, NUMBERS))
                .hasMessageContaining("more entries than bytes");
    }

    @Test
    void everyCodecGivesTheBytesBackAndNoSizeIsBelieved() throws IOException {
        Random random = new Random(5);
        byte[] plain = new byte[100_000];
        for (int i = 0; i < plain.length; i++) {
            plain[i] = (byte) random.nextInt(1 + i / 10_000);
        }
        Deflater deflater = new Deflater();
        deflater.setInput(plain);
        deflater.finish();
        byte[] buffer = new byte[plain.length * 2];
        byte[] zlib = Arrays.copyOf(buffer, deflater.deflate(buffer));
        System.arraycopy(buffer, 0, zlib, 0, zlib.length);
        deflater.end();
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        twice.writeBytes(Inputs.gzip(Arrays.copyOf(plain, 40_000)));
        twice.writeBytes(Inputs.gzip(Arrays.copyOfRange(plain, 40_000, plain.length)));
        check(CompressionCodecName.UNCOMPRESSED, plain, plain);
        check(CompressionCodecName.SNAPPY, Snappy.compress(plain), plain);
        check(CompressionCodecName.ZSTD, Zstd.compress(plain), plain);
        check(CompressionCodecName.GZIP, Inputs.gzip(plain), plain);
        check(CompressionCodecName.GZIP, twice.toByteArray(), plain);
        check(CompressionCodecName.GZIP, zlib, plain);
        check(CompressionCodecName.LZ4_RAW, literals(plain), plain);
    }

    private static void check(CompressionCodecName codec, byte[] packed, byte[] plain) throws IOException {
        assertThat(ParquetCodecs.decompress(codec, packed, plain.length))
                .as(codec.name())
                .isEqualTo(plain);
        for (int size : new int[] {plain.length - 1, plain.length + 1, 0, -1}) {
            assertThatThrownBy(() -> ParquetCodecs.decompress(codec, packed, size))
                    .as("%s as %d bytes", codec, size)
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> ParquetCodecs.decompress(codec, new byte[40], Integer.MAX_VALUE))
                .as(codec.name())
                .hasMessageContaining("cannot hold");
        byte[] cut = Arrays.copyOf(packed, packed.length / 2);
        assertThatThrownBy(() -> ParquetCodecs.decompress(codec, cut, plain.length))
                .as(codec.name())
                .isInstanceOf(IOException.class);
    }

    /// A block of LZ4 with nothing but literals.
    private static byte[] literals(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0xf0);
        int left = plain.length - 15;
        for (; left >= 255; left -= 255) {
            out.write(255);
        }
        out.write(left);
        out.writeBytes(plain);
        return out.toByteArray();
    }

    @Test
    void copiesOfLz4MayOverlapAndStayWithinTheirEnds() throws IOException {
        byte[] out = new byte[9];
        // "ab", then 7 from 2 before.
        Lz4Block.decode(bytes(0x23, 'a', 'b', 2, 0), out);
        assertThat(out).isEqualTo(bytes('a', 'b', 'a', 'b', 'a', 'b', 'a', 'b', 'a'));
        for (byte[] wrong : new byte[][] {
            bytes(0x23, 'a', 'b', 3, 0),
            bytes(0x23, 'a', 'b', 0, 0),
            bytes(0x24, 'a', 'b', 2, 0),
            bytes(0x23, 'a'),
            bytes(0xf0, 255, 255, 255),
            bytes(0x23, 'a', 'b', 2)
        }) {
            assertThatThrownBy(() -> Lz4Block.decode(wrong, new byte[9])).isInstanceOf(IOException.class);
        }
    }

    @Test
    void structuresOfThriftFitTheirBytes() throws IOException {
        byte[] sound = bytes(0x15, 2, 0x28, 2, 'h', 'i', 0x19, 0x25, 2, 4, 0);
        assertThat(CompactThrift.end(sound, 0, sound.length)).isEqualTo(sound.length);
        for (int length = 0; length < sound.length; length++) {
            byte[] cut = Arrays.copyOf(sound, length);
            assertThatThrownBy(() -> CompactThrift.end(cut, 0, cut.length)).isInstanceOf(CompactThrift.Truncated.class);
        }
        byte[] list = bytes(0x19, 0xf8, 0xff, 0xff, 0xff, 0xff, 7, 0);
        assertThatThrownBy(() -> CompactThrift.end(list, 0, list.length)).isInstanceOf(CompactThrift.Truncated.class);
        byte[] deep = new byte[1000];
        Arrays.fill(deep, (byte) 0x1c);
        assertThatThrownBy(() -> CompactThrift.end(deep, 0, deep.length)).hasMessageContaining("64 deep");
    }
}
