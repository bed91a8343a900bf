package dev.decant.formats;

import static dev.decant.formats.Inputs.briefs;
import static dev.decant.formats.Inputs.cells;
import static dev.decant.formats.Inputs.csv;
import static dev.decant.formats.Inputs.gzip;
import static dev.decant.formats.Inputs.jsonl;
import static dev.decant.formats.Inputs.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.data.DataException;
import dev.decant.data.Row;
import dev.decant.data.Source;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// From bytes to characters: charsets, byte order marks, gzip, and what is broken in them.
class EncodingTest {
    private static InputStream bytes(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return new ByteArrayInputStream(all.toByteArray());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void aByteOrderMarkSaysTheEncodingAndIsSkipped(String charset) throws IOException {
        byte[] text = "\ufefftext,n\né😀,1\n".getBytes(Charset.forName(charset));
        assertThat(briefs(rows(bytes(text), csv("text")))).containsExactly("2 text é😀");
        InputOptions another = csv("text").withCharset(StandardCharsets.ISO_8859_1);
        assertThat(briefs(rows(bytes(text), another))).containsExactly("2 text é😀");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ISO-8859-1", "windows-1252", "UTF-16LE", "UTF-16"})
    void anyCharsetByOption(String charset) throws IOException {
        byte[] text = "text\nvin rosé\n".getBytes(Charset.forName(charset));
        InputOptions options = csv("text").withCharset(Charset.forName(charset));
        assertThat(briefs(rows(bytes(text), options))).containsExactly("2 text vin rosé");
    }

    @Test
    void bytesThatAreNotValidCostTheirRecordOnly() throws IOException {
        InputStream in = bytes(utf8("id,text\n1,a\n2,b"), new byte[] {(byte) 0xe9, 'x'}, utf8("\n3,é\n4,"), new byte[] {
            (byte) 0xf0, (byte) 0x9f
        });
        List<Row> rows = rows(in, csv("text"));
        assertThat(briefs(rows))
                .containsExactly(
                        "2 text a",
                        "3 malformed line 3: bytes that are not valid UTF-8; see --charset",
                        "4 text é",
                        "5 malformed line 5: bytes that are not valid UTF-8; see --charset");
        assertThat(cells(rows).get(1)).containsExactly("2", "b\ufffdx");
    }

    @Test
    void jsonLinesLoseNoOtherRecordEither() throws IOException {
        InputStream in = bytes(
                utf8("{\"text\":\"a\"}\n{\"text\":\""), new byte[] {(byte) 0xff}, utf8("\"}\n{\"text\":\"b\"}\n"));
        List<Row> rows = rows(in, jsonl("text"));
        assertThat(briefs(rows))
                .containsExactly(
                        "1 text a", "2 malformed line 2: bytes that are not valid UTF-8; see --charset", "3 text b");
        assertThat(cells(rows).get(1)).containsExactly("\"\ufffd\"");
    }

    @Test
    void manyInvalidRecordsAreToldFromTheSoundOnes() throws IOException {
        ByteArrayOutputStream in = new ByteArrayOutputStream();
        in.writeBytes(utf8("text,n\n"));
        Random random = new Random(7);
        boolean[] broken = new boolean[40_000];
        for (int i = 0; i < broken.length; i++) {
            broken[i] = random.nextInt(3) == 0;
            in.writeBytes(utf8("wörd"));
            if (broken[i]) {
                in.writeBytes(new byte[] {(byte) 0xff, 'a', (byte) 0xc3});
            }
            in.writeBytes(utf8("," + i + "\n"));
        }
        List<Row> rows = rows(Inputs.trickle(in.toByteArray(), random, 9000), csv("text"));
        assertThat(rows).hasSize(broken.length);
        for (int i = 0; i < broken.length; i++) {
            assertThat(rows.get(i) instanceof Row.Malformed).as("row %d", i).isEqualTo(broken[i]);
        }
    }

    @Test
    void aReplacementCharacterInTheTextIsText() throws IOException {
        assertThat(briefs(rows("text\na\ufffd\uffff\n", csv("text")))).containsExactly("2 text a\ufffd\uffff");
    }

    @Test
    void gzipIsKnownByItsBytes() throws IOException {
        assertThat(briefs(rows(bytes(gzip(utf8("text\na\n"))), csv("text")))).containsExactly("2 text a");
    }

    @Test
    void membersOfGzipAreReadToTheLastFromASlowPipeToo() throws IOException {
        byte[] first = gzip(utf8("text\na\n"));
        byte[] second = gzip(utf8("b\nc\n"));
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        for (int most = 1; most < 40; most++) {
            InputStream in = Inputs.trickle(both, new Random(most), most);
            assertThat(briefs(rows(in, csv("text"))))
                    .as("pieces of up to %d bytes", most)
                    .containsExactly("2 text a", "3 text b", "4 text c");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "jsonl"})
    void gzipThatBreaksOffIsToldAfterTheWholeRows(String format, @TempDir Path folder) throws IOException {
        StringBuilder text = new StringBuilder(format.equals("csv") ? "text\n" : "");
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            String word = Long.toString(random.nextLong(), 36);
            text.append(format.equals("csv") ? word + "\n" : "{\"text\":\"" + word + "\"}\n");
        }
        byte[] whole = gzip(utf8(text.toString()));
        Path file = folder.resolve("cut." + format + ".gz");
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        long rows = 0;
        try (Source source = Sources.open(file, InputOptions.defaults().withTextColumn("text"))) {
            while (true) {
                Row row;
                try {
                    row = source.next();
                } catch (DataException e) {
                    assertThat(e)
                            .hasMessageStartingWith(file + ": the gzip data is damaged or ends too early after line");
                    break;
                }
                assertThat(Objects.requireNonNull(row)).isInstanceOf(Row.Text.class);
                rows++;
            }
            assertThatThrownBy(source::next).isInstanceOf(DataException.class);
        }
        assertThat(rows).isBetween(8_000L, 12_000L);
    }

    @Test
    void gzipThatBreaksOffAtOnceIsRefused(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("cut.csv.gz"), new byte[] {0x1f, (byte) 0x8b, 8});
        assertThatThrownBy(() -> Sources.open(file, csv("text")).close())
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(file + ": the gzip data");
    }

    @Test
    void progressCountsTheBytesOfTheFile(@TempDir Path folder) throws IOException {
        byte[] text = gzip(utf8("text\n" + "some words\n".repeat(100_000)));
        Path file = Files.write(folder.resolve("a.csv.gz"), text);
        try (Source source = Sources.open(file, csv("text"))) {
            assertThat(source.progress().bytesTotal()).isEqualTo(text.length);
            Inputs.rest(source);
            assertThat(source.progress().bytesRead()).isEqualTo(text.length);
            assertThat(source.progress().fraction()).isEqualTo(1.0);
        }
        try (Source source = Sources.open("-", csv("text"), Inputs.stream("text\na\n"))) {
            assertThat(source.progress().bytesTotal()).isEqualTo(-1);
        }
    }

    @Test
    void theWindowStaysSmallOverALongText() throws IOException {
        byte[] text = utf8("a,b\n".repeat(500_000));
        CharWindow window = new CharWindow(
                new InputBytes(new ByteArrayInputStream(text), text.length), StandardCharsets.UTF_8, "test");
        try (CsvRecords records = new CsvRecords(window, ',', 1 << 20)) {
            int rows = 0;
            while (records.next()) {
                rows++;
            }
            assertThat(rows).isEqualTo(500_000);
            assertThat(window.buffer).hasSizeLessThanOrEqualTo(1 << 16);
        }
    }

    @Test
    void theWindowGrowsNoFurtherThanTheBoundAsks() throws IOException {
        byte[] text = utf8("a,b\n\"" + "x".repeat(5_000_000));
        CharWindow window = new CharWindow(
                new InputBytes(new ByteArrayInputStream(text), text.length), StandardCharsets.UTF_8, "test");
        try (CsvRecords records = new CsvRecords(window, ',', 100_000)) {
            while (records.next()) {
                assertThat(window.buffer).hasSizeLessThanOrEqualTo(1 << 18);
            }
        }
    }
}
