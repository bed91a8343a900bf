package dev.decant.formats;

import dev.decant.data.DataException;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/// An open Parquet file: its footer, checked, and its bytes.
final class ParquetInput implements Closeable {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ENCRYPTED = "PARE".getBytes(StandardCharsets.US_ASCII);
    private static final int TAIL = 8;
    private static final int DEEPEST_SCHEMA = 64;

    /// A footer takes some ten times its bytes once it is read.
    private static final long MOST_FOOTER_BYTES =
            Math.clamp(Runtime.getRuntime().maxMemory() / 32, 1 << 20, 1 << 28);

    private final String name;
    private final RandomAccessFile file;
    private final long footerStart;
    private final ParquetMetadata footer;

    private ParquetInput(String name, Path path) throws IOException {
        this.name = name;
        // Not a channel: an interrupt of the reading thread would close it.
        file = new RandomAccessFile(path.toFile(), "r");
        try {
            byte[] bytes = footerBytes();
            footerStart = file.length() - TAIL - bytes.length;
            footer = parse(bytes);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// Opens a file and reads its footer.
    static ParquetInput open(String name, Path path) throws IOException {
        ParquetInput input = new ParquetInput(name, path);
        try {
            input.check();
            return input;
        } catch (IOException | RuntimeException e) {
            input.close();
            throw e;
        }
    }

    MessageType schema() {
        return footer.getFileMetaData().getSchema();
    }

    ParquetMetadata footer() {
        return footer;
    }

    List<BlockMetaData> rowGroups() {
        return footer.getBlocks();
    }

    /// The bytes from `from` on, as many as asked and as there are before the footer.
    byte[] read(long from, int count) throws IOException {
        byte[] bytes = new byte[(int) Math.max(0, Math.min(count, footerStart - from))];
        synchronized (file) {
            file.seek(from);
            file.readFully(bytes);
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private byte[] footerBytes() throws IOException {
        long length = file.length();
        if (length < MAGIC.length + TAIL) {
            throw new DataException(name + ": this is not a Parquet file" + (length == 0 ? ", it is empty" : ""));
        }
        byte[] magic = new byte[MAGIC.length];
        file.readFully(magic);
        if (Arrays.equals(magic, ENCRYPTED)) {
            throw new DataException(name + ": is encrypted; decrypt it first");
        }
        if (!Arrays.equals(magic, MAGIC)) {
            throw new DataException(name + ": this is not a Parquet file");
        }
        byte[] tail = new byte[TAIL];
        file.seek(length - TAIL);
        file.readFully(tail);
        if (!Arrays.equals(tail, Integer.BYTES, TAIL, MAGIC, 0, MAGIC.length)) {
            throw damaged("there is no footer at its end", null);
        }
        int size = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
        if (size < 0 || size > length - TAIL - MAGIC.length) {
            throw damaged("its footer is longer than the file", null);
        }
        if (size > MOST_FOOTER_BYTES) {
            throw new DataException(name + ": its footer has " + (size >> 20) + " MB, which is more than the "
                    + (MOST_FOOTER_BYTES >> 20) + " that this heap allows; write it with fewer and larger row groups");
        }
        byte[] bytes = new byte[size];
        file.seek(length - TAIL - size);
        file.readFully(bytes);
        return bytes;
    }

    private ParquetMetadata parse(byte[] bytes) throws IOException {
        try {
            CompactThrift.end(bytes, 0, bytes.length);
            FileMetaData data = Util.readFileMetaData(new ByteArrayInputStream(bytes));
            if (data.isSetEncryption_algorithm()) {
                throw new DataException(name + ": is encrypted; decrypt it first");
            }
            checkDepth(required(data.getSchema()));
            return new ParquetMetadataConverter().fromParquetMetadata(data);
        } catch (DataException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw damaged("its footer cannot be read: " + line(e), e);
        }
    }

    /// What every such structure has, but a damaged one need not have.
    static <T> T required(@Nullable T part) throws IOException {
        if (part == null) {
            throw new IOException("a part of it is missing");
        }
        return part;
    }

    /// The schema is a tree that is written as a list; what reads it goes down by recursion.
    private static void checkDepth(List<SchemaElement> schema) throws IOException {
        Deque<Integer> left = new ArrayDeque<>();
        int seen = 0;
        for (SchemaElement element : schema) {
            while (!left.isEmpty() && left.peek() == 0) {
                left.pop();
            }
            if (seen++ > 0) {
                if (left.isEmpty()) {
                    throw new IOException("its schema has more columns than it says");
                }
                left.push(left.pop() - 1);
            }
            int children = element.isSetNum_children() ? element.getNum_children() : 0;
            if (children < 0 || children > schema.size() - seen) {
                throw new IOException("its schema has fewer columns than it says");
            }
            left.push(children);
            if (left.size() > DEEPEST_SCHEMA) {
                throw new IOException("its schema is nested more than " + DEEPEST_SCHEMA + " deep");
            }
        }
        if (left.stream().anyMatch(children -> children > 0)) {
            throw new IOException("its schema has fewer columns than it says");
        }
    }

    private void check() throws DataException {
        Set<String> names = new HashSet<>();
        for (var field : schema().getFields()) {
            if (!names.add(field.getName())) {
                throw new DataException(
                        name + ": two of its columns are called '" + field.getName() + "'; rename one of them");
            }
        }
        if (names.isEmpty()) {
            throw new DataException(name + ": has no columns");
        }
        int leaves = schema().getPaths().size();
        for (BlockMetaData group : rowGroups()) {
            if (group.getRowCount() < 0 || group.getColumns().size() != leaves) {
                throw damaged("a row group has other columns than the schema", null);
            }
            for (ColumnChunkMetaData chunk : group.getColumns()) {
                if (chunk.isEncrypted()) {
                    throw new DataException(
                            name + ": its column '" + chunk.getPath().toDotString() + "' is encrypted");
                }
                if (!ParquetCodecs.reads(chunk.getCodec())) {
                    throw new DataException(name + ": its column '"
                            + chunk.getPath().toDotString() + "' is compressed by " + chunk.getCodec()
                            + ", which is not supported; write it with zstd, snappy, gzip, lz4_raw or none");
                }
                long start = chunk.getStartingPos();
                if (group.getRowCount() > 0
                        && (start < MAGIC.length
                                || chunk.getTotalSize() < 0
                                || chunk.getTotalSize() > footerStart - start)) {
                    throw damaged(
                            "its column '" + chunk.getPath().toDotString() + "' lies outside of it, it says", null);
                }
            }
        }
    }

    /// The file cannot be used.
    DataException damaged(String why, @Nullable Throwable cause) {
        String message = name + ": the Parquet file is damaged or ends too early: " + why + "; get the file anew";
        return cause == null ? new DataException(message) : new DataException(message, cause);
    }

    /// What an exception says, on one line.
    static String line(Throwable e) {
        return line(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    }

    /// A message on one line, shortened.
    static String line(String message) {
        String line = message.strip().replaceAll("\\s+", " ");
        return line.length() > 200 ? line.substring(0, 200) + "..." : line;
    }
}
