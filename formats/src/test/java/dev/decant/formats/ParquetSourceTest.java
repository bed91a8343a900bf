package dev.decant.formats;

import static dev.decant.formats.Inputs.briefs;
import static dev.decant.formats.Inputs.rest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.data.DataException;
import dev.decant.data.Row;
import dev.decant.data.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetSourceTest {
    private static final InputOptions TEXT = InputOptions.defaults().withTextColumn("text");

    @TempDir
    private Path folder;

    private Path file(String schema, @Nullable Object[]... rows) throws IOException {
        Path file = folder.resolve("in.parquet");
        MessageType type = MessageTypeParser.parseMessageType("message m {" + schema + "}");
        try (ParquetWriter<Group> writer = ParquetFiles.writer(file, type, new Random(1))) {
            for (@Nullable Object[] row : rows) {
                SimpleGroup group = new SimpleGroup(type);
                for (int i = 0; i < row.length; i++) {
                    switch (row[i]) {
                        case null -> {}
                        case String text -> group.add(i, text);
                        case Integer number -> group.add(i, number);
                        case Double number -> group.add(i, number);
                        case byte[] bytes -> group.add(i, Binary.fromConstantByteArray(bytes));
                        default -> throw new IllegalArgumentException();
                    }
                }
                writer.write(group);
            }
        }
        return file;
    }

    private static @Nullable Object[] row(@Nullable Object... values) {
        return values;
    }

    private Path strings(int rows) throws IOException {
        List<List<String>> table = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            table.add(List.of("id " + i, "text " + i));
        }
        return Files.write(
                folder.resolve("strings.parquet"), ParquetFiles.write(List.of("id", "text"), table, new Random(1)));
    }

    private static void refused(Path file, InputOptions options, String... parts) {
        assertThatThrownBy(() -> Sources.open(file, options).close())
                .isInstanceOf(DataException.class)
                .message()
                .contains(parts)
                .startsWith(file.toString())
                .doesNotContain("\n");
    }

    @Test
    void rowsAreTextBlankOrMalformedAsInOtherFormats() throws IOException {
        Path file = file(
                "optional binary text (UTF8); required double d;",
                row("good", 1.5),
                row(null, 2.0),
                row(" \u00a0", 3.0),
                row(new byte[] {'a', (byte) 0xff}, 4.0));
        try (Source source = Sources.open(file, TEXT)) {
            assertThat(source.columns()).containsExactly("text", "d");
            List<Row> rows = rest(source);
            assertThat(briefs(rows))
                    .containsExactly(
                            "0 text good",
                            "0 blank no text",
                            "0 blank empty text",
                            "0 malformed row 4: the text has bytes that are not valid UTF-8");
            assertThat(rows.getFirst().fields().values()).containsExactly("\"good\"", "1.5");
            assertThat(source.progress().fraction()).isPositive();
        }
        try (Source source = Sources.open(file, TEXT.withMaxRecordChars(3).withLimit(1))) {
            assertThat(briefs(rest(source))).containsExactly("0 malformed row 1: a text of more than 3 bytes");
        }
    }

    @Test
    void aColumnOfBytesWithoutATypeMayHoldTheTextAndIsThenShownAsText() throws IOException {
        Path file = file("required binary text; required binary more;", row("good", "good"));
        try (Source source = Sources.open(file, TEXT)) {
            assertThat(rest(source).getFirst().fields().values()).containsExactly("\"good\"", "\"Z29vZA==\"");
        }
    }

    @Test
    void whatHoldsNoTextIsRefusedWithItsType() throws IOException {
        Path file = file("required int32 id; required group text { required binary a (UTF8); }");
        refused(file, TEXT, "the column 'text' (--text) holds no text", "group text");
        refused(file, TEXT.withTextColumn("id"), "its type is required int32 id");
        refused(file, TEXT.withTextColumn("idd"), "Did you mean 'id'");
        refused(file, TEXT.withTextColumn(null), "Name it with --text: id, text");
        refused(file, TEXT.withDelimiter(';'), "--delimiter");
    }

    @Test
    void aPipeIsRefusedWithTheWayOut() {
        assertThatThrownBy(() -> Sources.open("-", TEXT.withFormat(Format.PARQUET), Inputs.stream("PAR1")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("needs a file and not a pipe; save it");
    }

    @Test
    void whatIsNoWholeParquetFileIsRefusedInOneLine() throws IOException {
        byte[] whole = Files.readAllBytes(strings(100));
        Path file = folder.resolve("x.parquet");
        Files.write(file, new byte[0]);
        refused(file, TEXT, "this is not a Parquet file, it is empty");
        Files.writeString(file, "id,text\n1,good\n");
        refused(file, TEXT, "this is not a Parquet file");
        Files.writeString(file, "PARE" + "x".repeat(100));
        refused(file, TEXT, "is encrypted");
        for (int length = 12; length < whole.length; length += 7) {
            Files.write(file, Arrays.copyOf(whole, length));
            refused(file, TEXT, "damaged or ends too early", "get the file anew");
        }
    }

    @Test
    void aFooterIsBelievedNoSize() throws IOException {
        byte[] whole = Files.readAllBytes(strings(10));
        Path file = folder.resolve("x.parquet");
        ByteBuffer bytes = ByteBuffer.wrap(whole.clone()).order(ByteOrder.LITTLE_ENDIAN);
        for (int size : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, whole.length - 11}) {
            Files.write(file, bytes.putInt(whole.length - 8, size).array());
            refused(file, TEXT, "its footer is longer than the file");
        }
        // A list of 2^28 columns in a footer of 8 bytes.
        byte[] footer = {0x15, 2, 0x19, (byte) 0xfc, -1, -1, -1, 0x7f};
        Files.write(file, parquet(footer));
        refused(file, TEXT, "its footer cannot be read: a length in it reaches beyond its end");
        // A tree of 100,000 groups in groups.
        java.io.ByteArrayOutputStream deep = new java.io.ByteArrayOutputStream();
        deep.writeBytes(new byte[] {0x15, 2, 0x19, (byte) 0xfc, (byte) 0xa0, (byte) 0x8d, 6});
        for (int i = 0; i < 100_000; i++) {
            deep.writeBytes(new byte[] {0x48, 1, 'a', 0x15, 2, 0});
        }
        deep.writeBytes(new byte[] {0x16, 0, 0x19, 0x0c, 0});
        Files.write(file, parquet(deep.toByteArray()));
        refused(file, TEXT, "its schema is nested more than 64 deep");
    }

    private static byte[] parquet(byte[] footer) {
        return ByteBuffer.allocate(footer.length + 12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("PAR1".getBytes(StandardCharsets.US_ASCII))
                .put(footer)
                .putInt(footer.length)
                .put("PAR1".getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    @Test
    void rowsBeforeADamagedPageComeAndThenItIsNamed() throws IOException {
        Path file = folder.resolve("x.parquet");
        List<List<String>> table = new ArrayList<>();
        Random random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            table.add(List.of("text " + i + random.nextLong()));
        }
        byte[] whole = ParquetFiles.write(List.of("text"), table, new Random(4));
        byte[] damaged = whole.clone();
        Arrays.fill(damaged, whole.length / 3, whole.length / 3 + 200, (byte) 0x55);
        Files.write(file, damaged);
        try (Source source = Sources.open(file, TEXT)) {
            List<Row> rows = new ArrayList<>();
            assertThatThrownBy(() -> {
                        for (Row row = source.next(); row != null; row = source.next()) {
                            rows.add(row);
                        }
                    })
                    .isInstanceOf(DataException.class)
                    .message()
                    .contains(
                            "row group ",
                            " is damaged (after row " + rows.size() + " of the file)",
                            "get the file anew")
                    .doesNotContain("\n");
            assertThat(rows).hasSizeBetween(100, 1900);
            for (int i = 0; i < rows.size(); i++) {
                assertThat(((Row.Text) rows.get(i)).text())
                        .isEqualTo(table.get(i).getFirst());
            }
            assertThatThrownBy(source::next).isInstanceOf(DataException.class);
        }
    }

    @Test
    void noDamageEndsInAnythingButRowsOrOneLine() throws IOException {
        for (long seed : Inputs.seeds(400).toArray()) {
            Random random = new Random(seed);
            List<List<String>> table = new ArrayList<>();
            for (int i = random.nextInt(100); i >= 0; i--) {
                table.add(List.of("id " + random.nextInt(9), "text " + random.nextLong()));
            }
            byte[] bytes = ParquetFiles.write(List.of("id", "text"), table, random);
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                // Half of them where the sizes are.
                int from = random.nextBoolean() ? bytes.length / 2 : 4;
                bytes[from + random.nextInt(bytes.length - from)] = (byte) random.nextInt();
            }
            Path file = Files.write(folder.resolve("x.parquet"), bytes);
            try (Source source = Sources.open(file, TEXT)) {
                for (Row row = source.next(); row != null; row = source.next()) {
                    row.fields().values().forEach(value -> assertThat(value).isNotNull());
                }
            } catch (DataException e) {
                assertThat(e.getMessage())
                        .as("seed " + seed)
                        .doesNotContain("\n")
                        .contains("x.parquet");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }
}
