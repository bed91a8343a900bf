package dev.decant.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The label of each row, in input order; empty where a row has none.
record Labels(List<String> values) {
    Labels {
        values = List.copyOf(values);
    }

    /// Reads what an approach wrote: JSON Lines with `index` and `label`.
    ///
    /// @throws IOException when a row is missing, doubled or out of order; the message says which
    static Labels read(Path file) throws IOException {
        List<String> labels = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), file)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token != JsonToken.START_OBJECT) {
                    throw new IOException("labels: record " + labels.size() + " is no JSON object");
                }
                labels.add(label(parser, labels.size()));
            }
        } catch (JacksonException e) {
            throw new IOException("labels: " + e.getOriginalMessage(), e);
        }
        return new Labels(labels);
    }

    private static String label(JsonParser parser, int expected) throws IOException {
        String label = "";
        String index = "";
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (name.equals("label") && value == JsonToken.VALUE_STRING) {
                label = parser.getString();
            } else if (name.equals("index")) {
                index = parser.getString();
            } else {
                parser.skipChildren();
            }
        }
        if (!index.equals(Integer.toString(expected))) {
            throw new IOException("labels: row " + index + " where row " + expected + " was due");
        }
        return label;
    }

    /// How many rows have each label, by label; those without any under an empty one.
    Map<String, Integer> counts() {
        Map<String, Integer> counts = new TreeMap<>();
        values.forEach(label -> counts.merge(label, 1, Integer::sum));
        return counts;
    }
}
