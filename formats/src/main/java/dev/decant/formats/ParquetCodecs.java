package dev.decant.formats;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/// How the pages of a Parquet file are compressed: read as snappy, gzip, zstd, raw LZ4 or plain; written as zstd.
final class ParquetCodecs implements CompressionCodecFactory {
    private static final Set<CompressionCodecName> READ = EnumSet.of(
            CompressionCodecName.UNCOMPRESSED,
            CompressionCodecName.SNAPPY,
            CompressionCodecName.GZIP,
            CompressionCodecName.ZSTD,
            CompressionCodecName.LZ4_RAW);

    static boolean reads(CompressionCodecName codec) {
        return READ.contains(codec);
    }

    /// The decoded bytes of a page.
    ///
    /// @param size how many there are, as the file says
    static byte[] decompress(CompressionCodecName codec, byte[] bytes, int size) throws IOException {
        if (size < 0 || size > mostOf(codec, bytes.length)) {
            throw new IOException("a page of " + bytes.length + " bytes cannot hold the " + size + " that it says");
        }
        try {
            byte[] result = codec == CompressionCodecName.UNCOMPRESSED ? bytes : new byte[size];
            int length = switch (codec) {
                case UNCOMPRESSED -> bytes.length;
                case SNAPPY -> snappy(bytes, result);
                case GZIP -> gzip(bytes, result);
                case ZSTD -> zstd(bytes, result);
                case LZ4_RAW -> {
                    Lz4Block.decode(bytes, result);
                    yield size;
                }
                default -> throw new IOException("the codec " + codec + " is not supported");
            };
            if (length != size) {
                throw new IOException("a page has " + length + " bytes and not the " + size + " that it says");
            }
            return result;
        } catch (LinkageError e) {
            throw unloadable(codec, e);
        }
    }

    /// What so many bytes can become at most, by the codec's own format.
    private static long mostOf(CompressionCodecName codec, int length) {
        return switch (codec) {
            case SNAPPY -> 32L * length; // 3 bytes copy 64
            case GZIP -> 1040L * length; // 2 bits copy 258
            case LZ4_RAW -> 256L * length + 64;
            case ZSTD -> (length / 3L + 1) << 17; // a block of 3 bytes and 1 repeats to 128 KiB
            default -> length;
        };
    }

    private static int snappy(byte[] bytes, byte[] result) throws IOException {
        if (Snappy.uncompressedLength(bytes) != result.length) {
            throw new IOException("a page has another size than it says");
        }
        return Snappy.uncompress(bytes, 0, bytes.length, result, 0);
    }

    private static int zstd(byte[] bytes, byte[] result) throws IOException {
        long length = Zstd.decompressByteArray(result, 0, result.length, bytes, 0, bytes.length);
        if (Zstd.isError(length)) {
            throw new IOException(Zstd.getErrorName(length));
        }
        return (int) length;
    }

    // One gzip member or several; also what some writers call gzip, which is zlib's own wrapping.
    private static int gzip(byte[] bytes, byte[] result) throws IOException {
        int from = 0;
        int to = 0;
        while (from < bytes.length) {
            boolean wrapped = bytes.length - from < 2 || bytes[from] != 0x1f || bytes[from + 1] != (byte) 0x8b;
            int begin = wrapped ? from : endOfHeader(bytes, from);
            Inflater inflater = new Inflater(!wrapped);
            try {
                inflater.setInput(bytes, begin, bytes.length - begin);
                while (!inflater.finished()) {
                    int count = inflater.inflate(result, to, result.length - to);
                    to += count;
                    if (count == 0 && !inflater.finished()) {
                        throw new IOException("a page has another size than it says");
                    }
                }
                from = begin + (int) inflater.getBytesRead() + (wrapped ? 0 : 8);
            } catch (DataFormatException e) {
                throw new IOException("its gzip data is damaged", e);
            } finally {
                inflater.end();
            }
        }
        return to;
    }

    private static int endOfHeader(byte[] bytes, int from) throws IOException {
        try {
            int flags = bytes[from + 3];
            int at = from + 10;
            if ((flags & 4) != 0) {
                at += 2 + ((bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8);
            }
            for (int zeros = Integer.bitCount(flags & 0x18); zeros > 0; zeros--) {
                while (bytes[at++] != 0) {
                    // a name or a comment, which ends with a zero
                }
            }
            at += (flags & 2) != 0 ? 2 : 0;
            if (at > bytes.length) {
                throw new IOException("its gzip data ends too early");
            }
            return at;
        } catch (IndexOutOfBoundsException e) {
            throw new IOException("its gzip data ends too early", e);
        }
    }

    private static IOException unloadable(CompressionCodecName codec, LinkageError e) {
        return new IOException(
                "the native library for " + codec + " does not load (java.io.tmpdir must allow it): " + e.getMessage(),
                e);
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        if (codec != CompressionCodecName.ZSTD) {
            throw new IllegalArgumentException("written is zstd, not " + codec);
        }
        return new ZstdPages();
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        throw new UnsupportedOperationException("pages are read by ParquetPages");
    }

    @Override
    public void release() {
        // Nothing is kept.
    }

    private static final class ZstdPages implements BytesInputCompressor {
        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
            try {
                return BytesInput.from(Zstd.compress(bytes.toInputStream().readAllBytes()));
            } catch (LinkageError e) {
                throw unloadable(CompressionCodecName.ZSTD, e);
            }
        }

        @Override
        public CompressionCodecName getCodecName() {
            return CompressionCodecName.ZSTD;
        }

        @Override
        public void release() {
            // Nothing is kept.
        }
    }
}
