package dev.decant.onnx;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One JSON object of a model's files, with its values asked for by kind; a value of another kind is an
/// error that names file and key.
///
/// @param where what messages call the object
/// @param values as [Json] reads them
record JsonObject(String where, Map<String, @Nullable Object> values) {
    /// The value, or null where it is absent or null.
    @Nullable
    Object get(String key) {
        return values.get(key);
    }

    @Nullable
    String string(String key) throws ModelException {
        return as(String.class, key, "a string");
    }

    String string(String key, String absent) throws ModelException {
        String value = string(key);
        return value == null ? absent : value;
    }

    @Nullable
    Boolean flag(String key) throws ModelException {
        return as(Boolean.class, key, "true or false");
    }

    boolean flag(String key, boolean absent) throws ModelException {
        Boolean value = flag(key);
        return value == null ? absent : value;
    }

    /// A number without a fraction, cut to the range of an int.
    int integer(String key, int absent) throws ModelException {
        Number value = as(Number.class, key, "a number");
        return value == null ? absent : (int) Math.clamp(value.doubleValue(), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    @Nullable
    JsonObject object(String key) throws ModelException {
        return get(key) == null ? null : of(where + ": " + key, get(key));
    }

    List<?> list(String key) throws ModelException {
        List<?> value = as(List.class, key, "a list");
        return value == null ? List.of() : value;
    }

    @SuppressWarnings("unchecked") // Json makes maps of this type only
    static JsonObject of(String where, @Nullable Object value) throws ModelException {
        if (value instanceof Map<?, ?> map) {
            return new JsonObject(where, (Map<String, @Nullable Object>) map);
        }
        throw new ModelException(where + " is not a JSON object");
    }

    private <T> @Nullable T as(Class<T> kind, String key, String what) throws ModelException {
        Object value = get(key);
        if (value != null && !kind.isInstance(value)) {
            throw new ModelException(where + ": " + key + " is not " + what);
        }
        return kind.cast(value);
    }
}
