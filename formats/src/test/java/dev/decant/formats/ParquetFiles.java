package dev.decant.formats;

import blue.strategic.parquet.Hydrator;
import blue.strategic.parquet.ParquetReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/// Parquet as the libraries write and read it that ours stands on.
final class ParquetFiles {
    private ParquetFiles() {}

    static MessageType strings(List<String> names) {
        List<Type> columns = names.stream()
                .map(name -> (Type) Types.optional(PrimitiveTypeName.BINARY)
                        .as(LogicalTypeAnnotation.stringType())
                        .named(name))
                .toList();
        return new MessageType("strings", columns);
    }

    /// A file of strings, written in one of many ways.
    static byte[] write(List<String> names, List<List<String>> rows, Random random) throws IOException {
        Path file = Files.createTempFile("decant", ".parquet");
        try {
            MessageType schema = strings(names);
            try (ParquetWriter<Group> writer = writer(file, schema, random)) {
                for (List<String> row : rows) {
                    SimpleGroup group = new SimpleGroup(schema);
                    for (int i = 0; i < row.size(); i++) {
                        group.add(i, row.get(i));
                    }
                    writer.write(group);
                }
            }
            return Files.readAllBytes(file);
        } finally {
            Files.delete(file);
        }
    }

    static ParquetWriter<Group> writer(Path file, MessageType schema, Random random) throws IOException {
        return ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withConf(new PlainParquetConfiguration())
                .withType(schema)
                .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
                .withCodecFactory(new ParquetCodecs())
                // The others are written by pyarrow, see ParquetOracleTest.
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withWriterVersion(random.nextBoolean() ? WriterVersion.PARQUET_1_0 : WriterVersion.PARQUET_2_0)
                .withDictionaryEncoding(random.nextBoolean())
                .withPageRowCountLimit(1 + random.nextInt(30))
                .withMinRowCountForPageSizeCheck(1)
                .withRowGroupSize(500L + random.nextInt(5000))
                .withPageWriteChecksumEnabled(random.nextBoolean())
                .build();
    }

    /// The rows of a file of flat columns, without what is null.
    static List<Map<String, Object>> read(Path file) throws IOException {
        Hydrator<Map<String, Object>, Map<String, Object>, String> hydrator = new Hydrator<>() {
            @Override
            public Map<String, Object> start() {
                return new LinkedHashMap<>();
            }

            @Override
            public Map<String, Object> add(Map<String, Object> row, String column, Object value) {
                if (value != null) {
                    row.put(column, value);
                }
                return row;
            }

            @Override
            public Map<String, Object> finish(Map<String, Object> row) {
                return row;
            }
        };
        try (Stream<Map<String, Object>> rows =
                ParquetReader.streamContent(file.toFile(), hydrator, path -> String.join(".", path))) {
            return rows.toList();
        }
    }
}
