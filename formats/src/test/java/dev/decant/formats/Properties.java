package dev.decant.formats;

import dev.decant.data.DataException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// What fuzz targets ask for; plain, since they do so millions of times.
final class Properties {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNumberLength(1 << 28)
                    .maxStringLength(1 << 28)
                    .build())
            .build();

    private Properties() {}

    static void need(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    /// A refusal is one line.
    static void needOneLine(DataException e) {
        String message = String.valueOf(e.getMessage());
        need(!message.isBlank() && message.indexOf('\n') < 0 && message.indexOf('\r') < 0, "not one line: " + message);
    }

    static boolean holdsZeros(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }

    /// A value of JSON, and nothing more.
    static void needJson(String value) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), value)) {
            need(parser.nextToken() != null, "no JSON: " + value);
            parser.skipChildren();
            parser.finishToken();
            need(parser.nextToken() == null, "more than one value: " + value);
        }
    }
}
