package dev.decant.formats;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/// Makes records of any schema, and hands them to a writer.
final class ParquetRecords extends RecordMaterializer<ParquetRecord> {
    private final Group root;

    ParquetRecords(GroupType schema) {
        root = new Group(schema, value -> {});
    }

    @Override
    public ParquetRecord getCurrentRecord() {
        return new ParquetRecord(root.values);
    }

    @Override
    public GroupConverter getRootConverter() {
        return root;
    }

    /// Hands a record's fields to a writer.
    static void write(RecordConsumer out, GroupType type, ParquetRecord record) {
        @Nullable Object[] values = record.values;
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            if (value == null) {
                continue;
            }
            Type field = type.getType(i);
            out.startField(field.getName(), i);
            if (value instanceof List<?> list) {
                for (Object element : list) {
                    writeValue(out, field, element);
                }
            } else {
                writeValue(out, field, value);
            }
            out.endField(field.getName(), i);
        }
    }

    private static void writeValue(RecordConsumer out, Type type, Object value) {
        switch (value) {
            case Boolean b -> out.addBoolean(b);
            case Integer number -> out.addInteger(number);
            case Long number -> out.addLong(number);
            case Float number -> out.addFloat(number);
            case Double number -> out.addDouble(number);
            case Binary bytes -> out.addBinary(bytes);
            case ParquetRecord group -> {
                out.startGroup();
                write(out, type.asGroupType(), group);
                out.endGroup();
            }
            default -> throw new IllegalArgumentException("no value of Parquet: " + value.getClass());
        }
    }

    /// Where a value goes.
    private interface Place {
        void add(Object value);
    }

    private static final class Group extends GroupConverter {
        private final Converter[] fields;
        private final Place place;
        private @Nullable Object[] values;

        Group(GroupType type, Place place) {
            this.place = place;
            fields = new Converter[type.getFieldCount()];
            values = new @Nullable Object[fields.length];
            for (int i = 0; i < fields.length; i++) {
                Type field = type.getType(i);
                int index = i;
                Place own = field.isRepetition(Type.Repetition.REPEATED)
                        ? value -> addTo(index, value)
                        : value -> values[index] = value;
                fields[i] = field.isPrimitive()
                        ? new Primitive(field.asPrimitiveType(), own)
                        : new Group(field.asGroupType(), own);
            }
        }

        @SuppressWarnings("unchecked") // only this puts lists there
        private void addTo(int index, Object value) {
            List<Object> list = (List<Object>) values[index];
            if (list == null) {
                list = new ArrayList<>();
                values[index] = list;
            }
            list.add(value);
        }

        @Override
        public Converter getConverter(int index) {
            return fields[index];
        }

        @Override
        public void start() {
            values = new @Nullable Object[fields.length];
        }

        @Override
        public void end() {
            place.add(new ParquetRecord(values));
        }
    }

    private static final class Primitive extends PrimitiveConverter {
        private final boolean binary;
        private final Place place;
        private Binary[] entries = {};

        Primitive(PrimitiveType type, Place place) {
            PrimitiveTypeName name = type.getPrimitiveTypeName();
            this.binary = name == PrimitiveTypeName.BINARY
                    || name == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
                    || name == PrimitiveTypeName.INT96;
            this.place = place;
        }

        // Records share the entries of a dictionary.
        @Override
        public boolean hasDictionarySupport() {
            return binary;
        }

        @Override
        public void setDictionary(Dictionary dictionary) {
            entries = new Binary[dictionary.getMaxId() + 1];
            for (int i = 0; i < entries.length; i++) {
                entries[i] = own(dictionary.decodeToBinary(i));
            }
        }

        @Override
        public void addValueFromDictionary(int id) {
            place.add(entries[id]);
        }

        @Override
        public void addBinary(Binary value) {
            place.add(own(value));
        }

        @Override
        public void addBoolean(boolean value) {
            place.add(value);
        }

        @Override
        public void addInt(int value) {
            place.add(value);
        }

        @Override
        public void addLong(long value) {
            place.add(value);
        }

        @Override
        public void addFloat(float value) {
            place.add(value);
        }

        @Override
        public void addDouble(double value) {
            place.add(value);
        }

        // A slice would keep its whole page in memory.
        private static Binary own(Binary value) {
            return Binary.fromConstantByteArray(value.getBytes());
        }
    }
}
