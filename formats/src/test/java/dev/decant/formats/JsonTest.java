package dev.decant.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

class JsonTest {
    static long[] seeds() {
        return Inputs.seeds(20).toArray();
    }

    private static String written(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Utf8Writer out = new Utf8Writer(bytes);
        out.json(text);
        out.flush();
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatNeedsAnEscapeGetsOne() throws IOException {
        assertThat(written("a\"b\\c/\b\f\n\r\t\u0000\u001f\u007f\u2028\u2029é😀"))
                .isEqualTo("\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\\u2028\\u2029é😀\"");
        assertThat(written("\ud800 \udc00\ud800")).isEqualTo("\"\\ud800 \\udc00\\ud800\"");
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anyStringComesBackByTheParserAndByOurs(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(60);
            for (int i = 0; i < length; i++) {
                text.append((char) (random.nextBoolean() ? random.nextInt(128) : random.nextInt(1 << 16)));
            }
            String written = written(text.toString());
            try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), written)) {
                parser.nextToken();
                assertThat(parser.getString()).as("seed %d", seed).isEqualTo(text.toString());
                assertThat(parser.nextToken()).isNull();
            }
            assertThat(Json.characters(written)).as("seed %d", seed).isEqualTo(text.toString());
            assertThat(Json.endOfString(written.toCharArray(), 0)).isEqualTo(written.length());
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "\"a\\\"b\\u0041\\/\" | a\"bA/",
                "12.50 | 12.50",
                "true | true",
                "[ 1 , \"a , \\\" b\" , { } ] | [1,\"a , \\\" b\",{}]",
                "{ \"a\" : \"\\\\\" , \"b\" : 2 } | {\"a\":\"\\\\\",\"b\":2}"
            })
    void aValueAsPlainText(String value, String plain) {
        assertThat(Json.plain(value)).isEqualTo(plain);
    }

    @Test
    void nullIsNothing() {
        assertThat(Json.plain("null")).isEmpty();
    }
}
