package dev.decant.formats;

import org.jspecify.annotations.Nullable;

/// A record of Parquet, or a group in one: a value for each field of its schema, null where there is none. A group is
/// again such a record, a repeated field a list; the rest are numbers and booleans and
/// [org.apache.parquet.io.api.Binary]s, whose bytes are nobody else's. Not changed once it is read.
final class ParquetRecord {
    final @Nullable Object[] values;

    /// Takes the array over.
    ParquetRecord(@Nullable Object[] values) {
        this.values = values;
    }
}
