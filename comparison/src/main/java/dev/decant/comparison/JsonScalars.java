package dev.decant.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The strings, numbers and booleans of a JSON document, by their path: `rows.in`, `labels.0`.
final class JsonScalars {
    private static final int MOST = 100_000;

    private final String where;
    private final Map<String, String> values;

    private JsonScalars(String where, Map<String, String> values) {
        this.where = where;
        this.values = values;
    }

    /// @throws IOException when the file is not there or not JSON; the message names it
    static JsonScalars read(Path file) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), file)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isScalarValue() && token != JsonToken.VALUE_NULL && values.size() < MOST) {
                    String path = parser.streamReadContext().pathAsPointer().toString();
                    values.put(path.isEmpty() ? "" : path.substring(1).replace('/', '.'), parser.getString());
                }
            }
        } catch (JacksonException e) {
            throw new IOException(file.getFileName() + ": " + e.getOriginalMessage(), e);
        }
        return new JsonScalars(String.valueOf(file.getFileName()), values);
    }

    Optional<String> text(String path) {
        return Optional.ofNullable(values.get(path));
    }

    String required(String path) throws IOException {
        String value = values.get(path);
        if (value == null) {
            throw new IOException(where + " has no " + path);
        }
        return value;
    }

    double number(String path) throws IOException {
        String value = required(path);
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IOException(where + ": " + path + " is no number: " + value, e);
        }
    }

    long whole(String path) throws IOException {
        return Math.round(number(path));
    }
}
