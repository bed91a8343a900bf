package dev.decant.formats;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/// What Parquet's writer is made of: records as [ParquetRecords] has them, into a stream that stays open.
final class ParquetRecordWriter extends WriteSupport<ParquetRecord> {
    private final MessageType schema;
    private @Nullable RecordConsumer out;

    private ParquetRecordWriter(MessageType schema) {
        this.schema = schema;
    }

    @Override
    @Deprecated
    public WriteContext init(Configuration configuration) {
        return new WriteContext(schema, Map.of());
    }

    @Override
    public WriteContext init(ParquetConfiguration configuration) {
        return new WriteContext(schema, Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer consumer) {
        out = consumer;
    }

    @Override
    public void write(ParquetRecord record) {
        RecordConsumer consumer = out;
        if (consumer == null) {
            throw new IllegalStateException("not prepared");
        }
        consumer.startMessage();
        ParquetRecords.write(consumer, schema, record);
        consumer.endMessage();
    }

    static final class Builder extends ParquetWriter.Builder<ParquetRecord, Builder> {
        private final MessageType schema;

        Builder(OutputStream stream, MessageType schema) {
            super(new Output(stream));
            this.schema = schema;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        @Deprecated
        protected WriteSupport<ParquetRecord> getWriteSupport(Configuration configuration) {
            return new ParquetRecordWriter(schema);
        }

        @Override
        protected WriteSupport<ParquetRecord> getWriteSupport(ParquetConfiguration configuration) {
            return new ParquetRecordWriter(schema);
        }
    }

    private record Output(OutputStream stream) implements OutputFile {
        @Override
        public PositionOutputStream create(long blockSize) {
            return new Positioned(stream);
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSize) {
            return create(blockSize);
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }

    private static final class Positioned extends PositionOutputStream {
        private final BufferedOutputStream out;
        private long position;

        Positioned(OutputStream stream) {
            out = new BufferedOutputStream(stream, 1 << 16);
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            position++;
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            out.write(source, offset, length);
            position += length;
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        /// The stream is the target's to close.
        @Override
        public void close() throws IOException {
            out.flush();
        }
    }
}
