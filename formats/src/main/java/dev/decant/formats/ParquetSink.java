package dev.decant.formats;

import com.github.luben.zstd.Zstd;
import dev.decant.data.DataException;
import dev.decant.data.Fields;
import dev.decant.data.Outcome;
import dev.decant.data.Row;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/// Writes Parquet: the input's columns with their types, then ours: labels and messages as strings, scores as floats,
/// null where there is none. Compressed by zstd; a row group is written whenever some 16 MB of rows have come together,
/// which is what is held in memory.
final class ParquetSink implements Sink {
    private static final long ROW_GROUP_BYTES = 16 << 20;
    /// So often, in rows, is looked whether a page or a row group is full.
    private static final int ROWS_BETWEEN_CHECKS = 64;

    private final OutputTarget target;
    private final ResultColumns results;
    private final MessageType schema;
    private final @Nullable JsonTypes types;
    private final ParquetWriter<ParquetRecord> writer;
    private final Map<String, Integer> places = new HashMap<>();
    private final @Nullable String[] cells;
    private final int own;
    private boolean committed;
    private boolean finished;

    private @Nullable List<String> ordered;
    private int[] order = new int[0];

    private ParquetSink(
            OutputTarget target,
            ResultColumns results,
            MessageType schema,
            @Nullable JsonTypes types,
            Map<String, String> notes)
            throws IOException {
        this.target = target;
        this.results = results;
        this.schema = schema;
        this.types = types;
        cells = new @Nullable String[results.names().size()];
        own = schema.getFieldCount() - cells.length - 1;
        for (int i = 0; i < own; i++) {
            places.put(schema.getFieldName(i), i);
        }
        writer = new ParquetRecordWriter.Builder(target.stream(), schema)
                .withConf(new PlainParquetConfiguration())
                .withCodecFactory(new ParquetCodecs())
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withRowGroupSize(ROW_GROUP_BYTES)
                .withMinRowCountForPageSizeCheck(1)
                .withMaxRowCountForPageSizeCheck(ROWS_BETWEEN_CHECKS)
                .withExtraMetaData(notes)
                .build();
    }

    static ParquetSink open(OutputTarget target, String name, ResultColumns results, Source source) throws IOException {
        if (name.toLowerCase(Locale.ROOT).endsWith(".gz")) {
            throw new DataException(name + ": Parquet is compressed already; leave .gz out of the name");
        }
        try {
            Zstd.compress(new byte[1]);
        } catch (LinkageError e) {
            throw new DataException(
                    name + ": the native library for zstd does not load (java.io.tmpdir must allow it): "
                            + ParquetInput.line(e),
                    e);
        }
        List<Type> columns = new ArrayList<>();
        JsonTypes types = null;
        Map<String, String> notes = Map.of();
        if (source instanceof ParquetSource parquet) {
            columns.addAll(parquet.schema().getFields());
            notes = parquet.notes();
        } else {
            types = source instanceof JsonLinesSource json ? json.types() : null;
            for (String column : source.columns()) {
                columns.add(type(column, types == null ? JsonTypes.Kind.STRING : types.of(column)));
            }
        }
        List<String> names = results.names();
        for (int i = 0; i < names.size(); i++) {
            columns.add(
                    results.isLabel(i)
                            ? string(names.get(i))
                            : Types.optional(PrimitiveTypeName.FLOAT).named(names.get(i)));
        }
        columns.add(string(results.error()));
        return new ParquetSink(target, results, new MessageType("schema", columns), types, notes);
    }

    private static Type string(String name) {
        return type(name, JsonTypes.Kind.STRING);
    }

    private static Type type(String name, JsonTypes.Kind kind) {
        return switch (kind) {
            case BOOLEAN -> Types.optional(PrimitiveTypeName.BOOLEAN).named(name);
            case INTEGER, LONG -> Types.optional(PrimitiveTypeName.INT64).named(name);
            case NUMBER -> Types.optional(PrimitiveTypeName.DOUBLE).named(name);
            case STRING ->
                Types.optional(PrimitiveTypeName.BINARY)
                        .as(LogicalTypeAnnotation.stringType())
                        .named(name);
            case ANY ->
                Types.optional(PrimitiveTypeName.BINARY)
                        .as(LogicalTypeAnnotation.jsonType())
                        .named(name);
        };
    }

    @Override
    public void write(Row row, Outcome outcome) throws IOException {
        Fields fields = row.fields();
        @Nullable
        Object[] record = fields.values() instanceof ParquetValues values
                ? Arrays.copyOf(values.record().values, schema.getFieldCount())
                : record(fields);
        results.fill(outcome, cells);
        for (int i = 0; i < cells.length; i++) {
            String cell = cells[i];
            if (cell != null) {
                record[own + i] = results.isLabel(i) ? (Object) binary(cell) : (Object) Float.valueOf(cell);
            }
        }
        String error = ResultColumns.errorOf(outcome);
        if (error != null) {
            record[own + cells.length] = binary(error);
        }
        try {
            writer.write(new ParquetRecord(record));
        } catch (RuntimeException e) {
            throw new IOException("Parquet cannot hold row " + (row.index() + 1) + ": " + ParquetInput.line(e), e);
        }
    }

    private @Nullable Object[] record(Fields fields) {
        @Nullable Object[] record = new @Nullable Object[schema.getFieldCount()];
        order(fields.names());
        for (int i = 0; i < order.length; i++) {
            if (order[i] >= 0) {
                String value = fields.values().get(i);
                record[order[i]] = fields.encoding() == Fields.Encoding.TEXT
                        ? binary(value)
                        : json(
                                value,
                                types == null
                                        ? JsonTypes.Kind.ANY
                                        : types.of(fields.names().get(i)));
            }
        }
        return record;
    }

    private static @Nullable Object json(String value, JsonTypes.Kind kind) {
        // What does not fit is of a row that has failed for it.
        if (value.charAt(0) == 'n' || !JsonTypes.fits(kind, value)) {
            return null;
        }
        return switch (kind) {
            case BOOLEAN -> value.charAt(0) == 't';
            case INTEGER, LONG -> Long.valueOf(value);
            case NUMBER -> Double.valueOf(value);
            case STRING -> binary(Json.characters(value));
            case ANY -> binary(value);
        };
    }

    private static Binary binary(String text) {
        return Binary.fromConstantByteArray(Texts.utf8(text));
    }

    /// Where each of these names stands in the schema; -1: nowhere.
    @SuppressWarnings("ReferenceEquality") // rows share their list of names: the list seen last, or look again
    private void order(List<String> names) {
        if (names == ordered) {
            return;
        }
        ordered = names;
        order = new int[names.size()];
        Arrays.setAll(order, i -> places.getOrDefault(names.get(i), -1));
    }

    @Override
    public void commit() throws IOException {
        target.commit();
        committed = true;
    }

    @Override
    public void finish() throws IOException {
        writer.close();
        target.finish();
        finished = true;
    }

    /// What was committed is ended, so that it can be read under the name that it has.
    @Override
    public void close() throws IOException {
        if (finished) {
            return;
        }
        finished = true;
        try (target) {
            if (committed) {
                writer.close();
            }
        }
    }
}
