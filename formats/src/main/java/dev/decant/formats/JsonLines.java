package dev.decant.formats;

import dev.decant.data.Fields;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// The records of a JSON Lines text: the keys of each object and its values as they are written.
///
/// Lines end in LF; a CR before it is white space to JSON. Records with the same keys share one list of names.
final class JsonLines implements Closeable {
    /// What one line holds.
    ///
    /// @param line the line's number, from 1
    /// @param length its characters
    /// @param fields the keys and values, as far as they could be read
    /// @param problem what is wrong with it, or null
    /// @param first its first character that is not white space; 0 where there is none
    record Line(
            long line, int length, Fields fields, @Nullable String problem, char first) {
        boolean blank() {
            return first == 0;
        }
    }

    private static final List<String> NO_NAMES = List.of();

    private final CharWindow window;
    private final int maxChars;
    private final JsonFactory json;
    private long line;

    private List<String> names = NO_NAMES;
    /// What is wrong with `names`, or null.
    private @Nullable String repeated;

    private String[] keys = new String[16];
    private String[] values = new String[16];
    private int count;

    JsonLines(CharWindow window, int maxChars) {
        this.window = window;
        this.maxChars = maxChars;
        // The line is bounded already: a long number is data, not an attack.
        json = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNumberLength(maxChars)
                        .maxStringLength(maxChars)
                        .maxNameLength(maxChars)
                        .build())
                .build();
    }

    /// The line that was read last, from 1.
    long line() {
        return line;
    }

    /// Reads one line. Null at the end of the text.
    @Nullable
    Line next() throws IOException {
        if (window.begin == window.end && !window.more()) {
            return null;
        }
        int i = window.begin;
        while (true) {
            while (i < window.end && window.buffer[i] != '\n') {
                i++;
            }
            if (i - window.begin > maxChars) {
                char first = window.buffer[window.begin];
                skipLine(i);
                line++;
                String problem = "line " + line + ": a line of more than " + maxChars + " characters";
                return new Line(line, maxChars, Fields.NONE, problem, first);
            }
            if (i < window.end) {
                return take(i, i + 1);
            }
            int length = i - window.begin;
            boolean more = window.more();
            i = window.begin + length;
            if (!more) {
                return take(i, i);
            }
        }
    }

    private void skipLine(int from) throws IOException {
        int i = from;
        while (true) {
            while (i < window.end && window.buffer[i] != '\n') {
                i++;
            }
            if (i < window.end) {
                window.consume(i + 1);
                return;
            }
            window.consume(i);
            if (!window.more()) {
                return;
            }
            i = window.begin;
        }
    }

    /// Reads the object in `[begin, to)` and goes on at `next`.
    private Line take(int to, int next) {
        line++;
        int from = window.begin;
        int length = to - from;
        int start = from;
        while (start < to && whiteSpace(window.buffer[start])) {
            start++;
        }
        char first = start < to ? window.buffer[start] : 0;
        String problem = start < to ? parse(start, to) : null;
        Fields fields = Fields.NONE;
        if (start < to && problem == null) {
            fields = fields();
            problem = repeated;
        }
        if (window.consume(next)) {
            problem = "bytes that are not valid " + window.charset() + "; see --charset";
        }
        return new Line(line, length, fields, problem == null ? null : "line " + line + ": " + problem, first);
    }

    private static boolean whiteSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r';
    }

    private Fields fields() {
        if (names.size() != count || !sameNames()) {
            names = new FixedList(Arrays.copyOf(keys, count));
            repeated = repeated();
        }
        return new Fields(names, new FixedList(Arrays.copyOf(values, count)), Fields.Encoding.JSON);
    }

    private boolean sameNames() {
        for (int i = 0; i < count; i++) {
            if (!names.get(i).equals(keys[i])) {
                return false;
            }
        }
        return true;
    }

    private @Nullable String repeated() {
        Set<String> seen = new HashSet<>(names);
        if (seen.size() == names.size()) {
            return null;
        }
        for (String name : names) {
            if (!seen.remove(name)) {
                return "the key " + Texts.excerpt(name) + " is there more than once";
            }
        }
        return null;
    }

    /// Reads the keys and values of the object in `[from, to)`. What is wrong, or null.
    private @Nullable String parse(int from, int to) {
        char[] text = window.buffer;
        count = 0;
        try (JsonParser parser = json.createParser(ObjectReadContext.empty(), text, from, to - from)) {
            JsonToken token = parser.nextToken();
            // The parser may count from 0 or from `from`; its first token tells.
            long shift = from - parser.currentTokenLocation().getCharOffset();
            if (token != JsonToken.START_OBJECT) {
                return "this is not a JSON object: " + Texts.excerpt(new String(text, from, Math.min(to - from, 80)));
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = parser.currentName();
                token = parser.nextToken();
                int start = (int) (shift + parser.currentTokenLocation().getCharOffset());
                int end = switch (token) {
                    case VALUE_STRING -> {
                        parser.finishToken();
                        yield Json.endOfString(text, start);
                    }
                    case START_OBJECT, START_ARRAY -> {
                        parser.skipChildren();
                        yield (int) (shift + parser.currentTokenLocation().getCharOffset()) + 1;
                    }
                    default -> Json.endOfWord(text, start, to);
                };
                add(key, new String(text, start, end - start));
            }
            if (parser.nextToken() != null) {
                return "more than one JSON value on the line";
            }
            return null;
        } catch (JacksonException e) {
            return "this is not a JSON object: " + oneLine(e.getOriginalMessage());
        }
    }

    private static String oneLine(String message) {
        String line = message.lines().findFirst().orElse("");
        return line.length() > 200 ? line.substring(0, 200) + "..." : line;
    }

    private void add(String key, String value) {
        if (count == keys.length) {
            keys = Arrays.copyOf(keys, count * 2);
            values = Arrays.copyOf(values, count * 2);
        }
        keys[count] = key;
        values[count++] = value;
    }

    @Override
    public void close() throws IOException {
        window.close();
    }
}
