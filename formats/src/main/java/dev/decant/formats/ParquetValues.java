package dev.decant.formats;

import java.util.AbstractList;
import java.util.RandomAccess;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/// A record of a Parquet file as the JSON texts of its values, each made when it is asked for; a Parquet output takes
/// the record itself.
final class ParquetValues extends AbstractList<String> implements RandomAccess {
    private final MessageType schema;
    private final int text;
    private final ParquetRecord record;

    /// @param text the place of the column that holds the text, whatever its type says
    ParquetValues(MessageType schema, int text, ParquetRecord record) {
        this.schema = schema;
        this.text = text;
        this.record = record;
    }

    /// The values by their types.
    ParquetRecord record() {
        return record;
    }

    @Override
    public String get(int index) {
        StringBuilder json = new StringBuilder();
        if (index == text && record.values[index] instanceof Binary bytes) {
            Json.quote(json, bytes.toStringUsingUTF8());
        } else {
            ParquetText.json(json, schema.getType(index), record.values[index]);
        }
        return json.toString();
    }

    @Override
    public int size() {
        return record.values.length;
    }
}
