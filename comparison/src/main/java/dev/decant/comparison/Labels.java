package dev.decant.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The label of each row, in input order; empty where a row has none.
///
/// @param faults why those have none that say so, by row
record Labels(List<String> values, Map<Integer, String> faults) {
    Labels {
        values = List.copyOf(values);
        faults = Map.copyOf(faults);
    }

    /// Reads what an approach wrote: JSON Lines with `index` and `label`.
    ///
    /// @throws IOException when a row is missing, doubled or out of order; the message says which
    static Labels read(Path file) throws IOException {
        List<String> labels = new ArrayList<>();
        Map<Integer, String> faults = new HashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), file)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token != JsonToken.START_OBJECT) {
                    throw new IOException("labels: record " + labels.size() + " is no JSON object");
                }
                labels.add(label(parser, labels.size(), faults));
            }
        } catch (JacksonException e) {
            throw new IOException("labels: " + e.getOriginalMessage(), e);
        }
        return new Labels(labels, faults);
    }

    private static String label(JsonParser parser, int expected, Map<Integer, String> faults) throws IOException {
        String label = "";
        String index = "";
        String fault = "";
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (name.equals("label") && value == JsonToken.VALUE_STRING) {
                label = parser.getString();
            } else if (name.equals("error") && value == JsonToken.VALUE_STRING) {
                fault = parser.getString();
            } else if (name.equals("index")) {
                index = parser.getString();
            } else {
                parser.skipChildren();
            }
        }
        if (!index.equals(Integer.toString(expected))) {
            throw new IOException("labels: row " + index + " where row " + expected + " was due");
        }
        if (label.isEmpty() && !fault.isEmpty()) {
            faults.put(expected, fault);
        }
        return label;
    }

    /// Why a row has no label; empty where it has one, or nothing is known.
    String fault(int row) {
        return faults.getOrDefault(row, "");
    }

    /// A line about the rows without a label, where there are any.
    Optional<String> unlabelled() {
        int first = values.indexOf("");
        return first < 0
                ? Optional.empty()
                : Optional.of(values.stream().filter(String::isEmpty).count() + " of " + values.size()
                        + " rows got no label; row " + first + (fault(first).isEmpty() ? "" : ": " + fault(first)));
    }

    /// How many rows have each label, by label; those without any under an empty one.
    Map<String, Integer> counts() {
        Map<String, Integer> counts = new TreeMap<>();
        values.forEach(label -> counts.merge(label, 1, Integer::sum));
        return counts;
    }
}
