package dev.decant.formats;

import dev.decant.data.DataException;
import dev.decant.data.Fields;
import dev.decant.data.Row;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/// The rows of a Parquet file, whose columns keep their types.
final class ParquetSource extends TextSource {
    private final ParquetInput input;
    private final InputBytes bytes;
    private final List<String> columns;
    private final int textIndex;
    private final int maxChars;
    private final MessageColumnIO columnIO;

    private int groups;
    private long rows;
    private long rowsLeft;
    private @Nullable RecordReader<ParquetRecord> records;

    private ParquetSource(
            InputLocation location,
            InputBytes bytes,
            InputOptions options,
            ParquetInput input,
            List<String> columns,
            int textIndex) {
        super(location, bytes, options.limit());
        this.input = input;
        this.bytes = bytes;
        this.columns = columns;
        this.textIndex = textIndex;
        this.maxChars = options.maxRecordChars();
        FileMetaData data = input.footer().getFileMetaData();
        this.columnIO = new ColumnIOFactory(data.getCreatedBy()).getColumnIO(input.schema());
    }

    /// Opens a file. Declared as what all sources are, so that a run without Parquet does not load this class.
    static TextSource open(InputLocation location, InputBytes bytes, InputOptions options) throws IOException {
        String name = location.name();
        if (options.delimiter() != null || options.charset() != null || !options.header()) {
            throw new DataException(
                    name + ": --delimiter, --charset and --no-header are for text, and this is read as Parquet");
        }
        if (location.path() == null || !location.rereadable()) {
            throw new DataException(name + ": Parquet is read from its end, so it needs a file and not a pipe;"
                    + " save it to a file first");
        }
        ParquetInput input = ParquetInput.open(name, location.path());
        try {
            List<String> columns = new ArrayList<>();
            input.schema().getFields().forEach(field -> columns.add(field.getName()));
            String text = ColumnNames.find(name, options.textColumn(), columns);
            int textIndex = columns.indexOf(text);
            Type type = input.schema().getType(textIndex);
            if (!ParquetText.isText(type)) {
                throw new DataException(name + ": the column '" + text + "' (--text) holds no text; its type is "
                        + ParquetInput.line(type.toString()));
            }
            return new ParquetSource(location, bytes, options, input, List.copyOf(columns), textIndex);
        } catch (IOException e) {
            input.close();
            throw e;
        } catch (RuntimeException e) {
            input.close();
            throw input.damaged(ParquetInput.line(e), e);
        }
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    /// The types of the columns.
    MessageType schema() {
        return input.schema();
    }

    /// What the writer of the file noted in it, but for its own descriptions of the schema, which an output with more
    /// columns does not have: Spark and Avro would read the columns by them.
    Map<String, String> notes() {
        Map<String, String> notes = new HashMap<>();
        input.footer().getFileMetaData().getKeyValueMetaData().forEach((key, value) -> {
            String lower = key.toLowerCase(Locale.ROOT);
            if (!lower.contains("schema") && !lower.contains("descriptor") && !lower.endsWith(".row.metadata")) {
                notes.put(key, value);
            }
        });
        notes.remove("writer.model.name");
        return notes;
    }

    @Override
    boolean named() {
        return true;
    }

    @Override
    boolean complete() {
        return true;
    }

    @Override
    void reserve(Set<String> names) {
        // The schema is the whole truth.
    }

    @Override
    long line() {
        return 0;
    }

    @Override
    @Nullable
    Row read(long index) throws IOException {
        try {
            while (rowsLeft == 0) {
                if (groups == input.rowGroups().size()) {
                    return null;
                }
                open(input.rowGroups().get(groups++));
            }
            RecordReader<ParquetRecord> reader = records;
            ParquetRecord record = reader == null ? null : reader.read();
            if (record == null) {
                throw new IOException("it has fewer rows than it says");
            }
            rowsLeft--;
            rows++;
            return row(index, record);
        } catch (IOException | RuntimeException e) {
            throw new DataException(
                    name() + ": row group " + groups + " of "
                            + input.rowGroups().size() + " is damaged (after row " + rows + " of the file): "
                            + ParquetInput.line(e) + "; get the file anew",
                    e);
        }
    }

    private void open(BlockMetaData group) {
        bytes.readTo(group.getStartingPos());
        rowsLeft = group.getRowCount();
        if (rowsLeft > 0) {
            records = columnIO.getRecordReader(new ParquetPages(input, group), new ParquetRecords(input.schema()));
        }
    }

    private Row row(long index, ParquetRecord record) {
        Fields fields = new Fields(columns, new ParquetValues(input.schema(), textIndex, record), Fields.Encoding.JSON);
        if (!(record.values[textIndex] instanceof Binary value)) {
            return new Row.Blank(index, 0, fields, "no text");
        }
        if (value.length() > maxChars) {
            return new Row.Malformed(
                    index, 0, fields, "row " + (index + 1) + ": a text of more than " + maxChars + " bytes");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value.getBytesUnsafe()))
                    .toString();
        } catch (CharacterCodingException e) {
            return new Row.Malformed(
                    index, 0, fields, "row " + (index + 1) + ": the text has bytes that are not valid UTF-8");
        }
        return Texts.blank(text) ? new Row.Blank(index, 0, fields, "empty text") : new Row.Text(index, 0, fields, text);
    }

    @Override
    public void close() throws IOException {
        input.close();
        super.close();
    }
}
