package dev.decant.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// Reads the small JSON files of a model folder into maps, lists, strings, longs, doubles, booleans and nulls.
///
/// Depth is bounded by 64, the number of values by a million: each takes many times the memory of its text. A
/// tokenizer's `vocab`, which may have hundreds of thousands of entries, is left out of the tree and handed over
/// entry by entry; its `merges` are left out too.
final class Json {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxStringLength(1 << 20)
                    .build())
            .build();

    private static final int MOST_VALUES = 1 << 20;
    /// The most tokens of a vocabulary.
    static final int MOST_TOKENS = 1 << 21;

    private final String where;
    private int values;

    /// @param where what messages call the file
    Json(String where) {
        this.where = where;
    }

    /// The file's object, without what stands under a key `vocab`.
    Map<String, @Nullable Object> read(byte[] bytes) throws ModelException {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new ModelException(where + " is not a JSON object; fetch the file again");
            }
            return object(parser);
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    /// Hands over the entries of the object `vocab` in the object `model`.
    void readVocabulary(byte[] bytes, BiConsumer<String, Integer> entry) throws ModelException {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
            parser.nextToken();
            if (enter(parser, "model") && enter(parser, "vocab")) {
                int tokens = 0;
                for (String token = parser.nextName(); token != null; token = parser.nextName()) {
                    if (++tokens > MOST_TOKENS) {
                        throw tooManyTokens(where);
                    }
                    if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT || parser.getLongValue() < 0) {
                        throw new ModelException(where + ": token '" + token + "' has no id");
                    }
                    entry.accept(token, Math.toIntExact(parser.getLongValue()));
                }
            }
        } catch (ArithmeticException e) {
            throw new ModelException(where + ": a token's id is too large", e);
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    static ModelException tooManyTokens(String where) {
        return new ModelException(where + " has more than " + MOST_TOKENS + " tokens; it is not a vocabulary");
    }

    private static boolean enter(JsonParser parser, String key) {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (name.equals(key) && value == JsonToken.START_OBJECT) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }

    private Map<String, @Nullable Object> object(JsonParser parser) throws ModelException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            if (name.equals("vocab") || name.equals("merges")) {
                parser.skipChildren();
            } else {
                object.put(name, value(parser));
            }
        }
        return object;
    }

    private @Nullable Object value(JsonParser parser) throws ModelException {
        if (++values > MOST_VALUES) {
            throw new ModelException(where + " holds more than " + MOST_VALUES + " values; it is not such a file");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                yield list;
            }
            case VALUE_NUMBER_INT ->
                switch (parser.getNumberType()) {
                    case INT, LONG -> parser.getLongValue();
                    default -> parser.getDoubleValue();
                };
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> parser.getString();
        };
    }

    private ModelException malformed(JacksonException e) {
        var at = e.getLocation();
        String place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        String reason = e.getOriginalMessage().lines().findFirst().orElse("");
        return new ModelException(where + " is not valid JSON" + place + ": " + reason, e);
    }
}
