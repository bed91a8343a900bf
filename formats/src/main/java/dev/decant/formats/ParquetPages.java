package dev.decant.formats;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.ParquetDecodingException;
import org.jspecify.annotations.Nullable;

/// The pages of one row group, read from the file one by one as their columns come to them: of each column one page is
/// in memory, and its dictionary, however large the row group is.
///
/// What a page's header says is a claim: it is held against the bytes that are there before anything is allocated, and
/// all pages of the row group together against a part of the heap.
final class ParquetPages implements PageReadStore {
    /// What decoded pages take at most.
    private static final long MOST_BYTES =
            Math.max(1 << 24, Runtime.getRuntime().maxMemory() / 3);
    /// What an entry of a dictionary takes beside its bytes.
    private static final int ENTRY_BYTES = 64;

    private static final int SMALL_HEADER = 1 << 10;
    private static final int LARGEST_HEADER = 1 << 24;

    private final ParquetInput input;
    private final BlockMetaData group;
    private final ParquetMetadataConverter converter = new ParquetMetadataConverter();
    private final Map<String, ColumnChunkMetaData> chunks = new HashMap<>();
    private long taken;

    ParquetPages(ParquetInput input, BlockMetaData group) {
        this.input = input;
        this.group = group;
        for (ColumnChunkMetaData chunk : group.getColumns()) {
            chunks.put(chunk.getPath().toDotString(), chunk);
        }
    }

    @Override
    public long getRowCount() {
        return group.getRowCount();
    }

    @Override
    public PageReader getPageReader(ColumnDescriptor column) {
        String path = String.join(".", column.getPath());
        ColumnChunkMetaData chunk = chunks.get(path);
        if (chunk == null) {
            throw new ParquetDecodingException("there is no column '" + path + "'");
        }
        return new ChunkPages(column, path, chunk);
    }

    private void take(long bytes) throws IOException {
        taken += bytes;
        if (taken > MOST_BYTES) {
            throw new IOException("its pages take more than the " + (MOST_BYTES >> 20)
                    + " MB that this heap allows; write the file with smaller pages, or give the JVM more memory");
        }
    }

    /// The pages of one column.
    private final class ChunkPages implements PageReader {
        private final ColumnDescriptor column;
        private final String path;
        private final ColumnChunkMetaData chunk;
        private final long end;
        private long at;
        private long values;
        private @Nullable PageHeader ahead;
        private long inUse;

        ChunkPages(ColumnDescriptor column, String path, ColumnChunkMetaData chunk) {
            this.column = column;
            this.path = path;
            this.chunk = chunk;
            at = chunk.getStartingPos();
            end = at + chunk.getTotalSize();
        }

        @Override
        public long getTotalValueCount() {
            return chunk.getValueCount();
        }

        @Override
        @Nullable
        public DictionaryPage readDictionaryPage() {
            if (at == end) {
                return null;
            }
            try {
                PageHeader header = header();
                if (!header.isSetDictionary_page_header()) {
                    ahead = header;
                    return null;
                }
                DictionaryPageHeader dictionary = ParquetInput.required(header.getDictionary_page_header());
                int count = dictionary.getNum_values();
                if (count < 0 || count > header.getUncompressed_page_size()) {
                    throw new IOException("a dictionary says that it has " + count + " entries");
                }
                take(header.getUncompressed_page_size() + (long) count * ENTRY_BYTES);
                byte[] bytes = body(header, 0, true);
                ParquetPageCheck.dictionary(bytes, count, column);
                return new DictionaryPage(
                        BytesInput.from(bytes), count, converter.getEncoding(dictionary.getEncoding()));
            } catch (IOException | RuntimeException e) {
                throw unreadable(e);
            }
        }

        @Override
        @Nullable
        public DataPage readPage() {
            try {
                taken -= inUse;
                inUse = 0;
                while (values < chunk.getValueCount()) {
                    if (at >= end && ahead == null) {
                        throw new IOException("its pages end after " + values + " of " + chunk.getValueCount());
                    }
                    PageHeader header = ahead == null ? header() : ahead;
                    ahead = null;
                    switch (ParquetInput.required(header.getType())) {
                        case DATA_PAGE -> {
                            return first(header, ParquetInput.required(header.getData_page_header()));
                        }
                        case DATA_PAGE_V2 -> {
                            return second(header, ParquetInput.required(header.getData_page_header_v2()));
                        }
                        default -> at += header.getCompressed_page_size();
                    }
                }
                return null;
            } catch (IOException | RuntimeException e) {
                throw unreadable(e);
            }
        }

        private DataPage first(PageHeader header, DataPageHeader data) throws IOException {
            int count = count(data.getNum_values());
            Encoding encoding = converter.getEncoding(data.getEncoding());
            use(header, count, encoding);
            byte[] bytes = body(header, 0, true);
            Encoding repetition = converter.getEncoding(data.getRepetition_level_encoding());
            Encoding definition = converter.getEncoding(data.getDefinition_level_encoding());
            ParquetPageCheck.first(bytes, count, column, repetition, definition, encoding);
            return new DataPageV1(BytesInput.from(bytes), count, bytes.length, null, repetition, definition, encoding);
        }

        private DataPage second(PageHeader header, DataPageHeaderV2 data) throws IOException {
            int count = count(data.getNum_values());
            int repetition = data.getRepetition_levels_byte_length();
            int definition = data.getDefinition_levels_byte_length();
            if (repetition < 0 || definition < 0 || (long) repetition + definition > header.getCompressed_page_size()) {
                throw new IOException("a page says that its levels are longer than it is");
            }
            Encoding encoding = converter.getEncoding(data.getEncoding());
            use(header, count, encoding);
            byte[] bytes = body(header, repetition + definition, data.isIs_compressed());
            int levels = repetition + definition;
            ParquetPageCheck.second(bytes, repetition, levels, count, column, encoding);
            return DataPageV2.uncompressed(
                    data.getNum_rows(),
                    data.getNum_nulls(),
                    count,
                    BytesInput.from(bytes, 0, repetition),
                    BytesInput.from(bytes, repetition, definition),
                    encoding,
                    BytesInput.from(bytes, levels, bytes.length - levels),
                    null);
        }

        private int count(int said) throws IOException {
            if (said < 0 || said > chunk.getValueCount() - values) {
                throw new IOException("a page says that it has " + said + " values, and the column has "
                        + (chunk.getValueCount() - values) + " left");
            }
            values += said;
            return said;
        }

        private void use(PageHeader header, int count, Encoding encoding) throws IOException {
            boolean delta = encoding == Encoding.DELTA_BINARY_PACKED
                    || encoding == Encoding.DELTA_LENGTH_BYTE_ARRAY
                    || encoding == Encoding.DELTA_BYTE_ARRAY;
            // Lengths and differences are decoded for the whole page.
            inUse = header.getUncompressed_page_size() + (delta ? 2L * Long.BYTES * count : 0);
            take(inUse);
        }

        private PageHeader header() throws IOException {
            int size = SMALL_HEADER;
            while (true) {
                int asked = (int) Math.min(size, end - at);
                byte[] bytes = input.read(at, asked);
                try {
                    int length = CompactThrift.end(bytes, 0, bytes.length);
                    PageHeader header = Util.readPageHeader(new ByteArrayInputStream(bytes, 0, length));
                    at += length;
                    if (header.getCompressed_page_size() < 0
                            || header.getUncompressed_page_size() < 0
                            || header.getCompressed_page_size() > end - at) {
                        throw new IOException("a page says that it is longer than its column");
                    }
                    return header;
                } catch (CompactThrift.Truncated e) {
                    if (asked < size || size >= LARGEST_HEADER) {
                        throw e;
                    }
                    size *= 8;
                }
            }
        }

        /// The page's bytes, decoded but for the first ones.
        private byte[] body(PageHeader header, int plain, boolean compressed) throws IOException {
            byte[] bytes = input.read(at, header.getCompressed_page_size());
            at += bytes.length;
            if (header.isSetCrc()) {
                CRC32 checksum = new CRC32();
                checksum.update(bytes);
                if ((int) checksum.getValue() != header.getCrc()) {
                    throw new IOException("the checksum of a page is wrong");
                }
            }
            int size = header.getUncompressed_page_size();
            if (!compressed) {
                return bytes;
            }
            if (plain == 0) {
                return ParquetCodecs.decompress(chunk.getCodec(), bytes, size);
            }
            byte[] packed = Arrays.copyOfRange(bytes, plain, bytes.length);
            byte[] rest =
                    packed.length == 0 ? packed : ParquetCodecs.decompress(chunk.getCodec(), packed, size - plain);
            byte[] whole = Arrays.copyOf(bytes, plain + rest.length);
            System.arraycopy(rest, 0, whole, plain, rest.length);
            return whole;
        }

        private ParquetDecodingException unreadable(Exception e) {
            return new ParquetDecodingException("column '" + path + "': " + ParquetInput.line(e), e);
        }
    }
}
