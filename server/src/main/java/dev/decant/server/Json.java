package dev.decant.server;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// Bodies as JSON (RFC 8259): read into maps, lists, strings, longs, doubles, booleans and nulls; written as a stream.
///
/// Depth is bounded by 32; the length of a body is bounded by whoever read it.
final class Json {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(32)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private Json() {}

    /// Writes one JSON value.
    @FunctionalInterface
    interface Body {
        void write(JsonGenerator json);
    }

    /// The value of a body.
    static @Nullable Object read(byte[] bytes, int offset, int length) throws RequestFault {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes, offset, length)) {
            if (parser.nextToken() == null) {
                throw new RequestFault(RequestFault.Kind.MALFORMED, "the body is empty; send a JSON object");
            }
            Object value = value(parser);
            if (parser.nextToken() != null) {
                throw new RequestFault(RequestFault.Kind.MALFORMED, "the body has more after its JSON value");
            }
            return value;
        } catch (JacksonException e) {
            var at = e.getLocation();
            String place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            String reason = e.getOriginalMessage().lines().findFirst().orElse("");
            throw new RequestFault(RequestFault.Kind.MALFORMED, "the body is not valid JSON" + place + ": " + reason);
        }
    }

    /// The object that a body holds.
    static Map<String, @Nullable Object> object(byte[] bytes, int offset, int length) throws RequestFault {
        if (read(bytes, offset, length) instanceof Map<?, ?> map) {
            return cast(map);
        }
        throw new RequestFault(RequestFault.Kind.INVALID, "the body is no JSON object");
    }

    @SuppressWarnings("unchecked") // All objects here come from this class.
    static Map<String, @Nullable Object> cast(Map<?, ?> map) {
        return (Map<String, @Nullable Object>) map;
    }

    private static @Nullable Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> object = new LinkedHashMap<>();
                for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                    parser.nextToken();
                    object.put(name, value(parser));
                }
                yield object;
            }
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

    /// The bytes of a JSON value.
    static byte[] bytes(Body body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8)) {
            body.write(json);
        }
        return out.toByteArray();
    }
}
