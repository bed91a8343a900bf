package dev.decant.formats;

import dev.decant.data.Fields;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the values under each key of JSON records have in common: the narrowest kind that holds them all without loss.
final class JsonTypes {
    /// The kinds; null goes with each.
    enum Kind {
        BOOLEAN,
        /// A whole number that is a double too.
        INTEGER,
        /// A whole number of 64 bits.
        LONG,
        /// A number that a double holds as it is written, but for its trailing zeros.
        NUMBER,
        STRING,
        /// Anything, as JSON.
        ANY
    }

    private static final int LONGEST_NUMBER = 40;
    /// Whole numbers up to here are doubles too.
    private static final long EXACT = 1L << 53;

    private final Map<String, Kind> kinds = new HashMap<>();

    /// Takes a record into account.
    void add(Fields fields) {
        for (int i = 0; i < fields.size(); i++) {
            Kind kind = kind(fields.values().get(i));
            if (kind != null) {
                kinds.merge(fields.names().get(i), kind, JsonTypes::join);
            }
        }
    }

    /// The kind of the values under this key; strings where all are null.
    Kind of(String key) {
        return kinds.getOrDefault(key, Kind.STRING);
    }

    /// The first key whose value is of another kind than its column, or null.
    @Nullable
    String misfit(Fields fields) {
        for (int i = 0; i < fields.size(); i++) {
            String key = fields.names().get(i);
            if (!fits(of(key), fields.values().get(i))) {
                return key;
            }
        }
        return null;
    }

    /// Whether a column of this kind holds the value.
    static boolean fits(Kind column, String value) {
        Kind kind = kind(value);
        return kind == null || join(column, kind) == column;
    }

    private static Kind join(Kind one, Kind other) {
        if (one == other) {
            return one;
        }
        if (one == Kind.INTEGER && (other == Kind.LONG || other == Kind.NUMBER)) {
            return other;
        }
        boolean wider = other == Kind.INTEGER && (one == Kind.LONG || one == Kind.NUMBER);
        return wider ? one : Kind.ANY;
    }

    /// The kind of one value; null for null.
    private static @Nullable Kind kind(String value) {
        return switch (value.charAt(0)) {
            case 'n' -> null;
            case 't', 'f' -> Kind.BOOLEAN;
            case '"' -> Kind.STRING;
            case '{', '[' -> Kind.ANY;
            default -> number(value);
        };
    }

    private static Kind number(String value) {
        if (value.length() > LONGEST_NUMBER) {
            return Kind.ANY;
        }
        if (value.indexOf('.') < 0 && value.indexOf('e') < 0 && value.indexOf('E') < 0) {
            try {
                long number = Long.parseLong(value);
                boolean exact = number >= -EXACT && number <= EXACT;
                return value.equals("-0") ? Kind.NUMBER : exact ? Kind.INTEGER : Kind.LONG;
            } catch (NumberFormatException e) {
                return Kind.ANY;
            }
        }
        double number = Double.parseDouble(value);
        boolean exact = Double.isFinite(number)
                && new BigDecimal(value).compareTo(new BigDecimal(Double.toString(number))) == 0;
        return exact ? Kind.NUMBER : Kind.ANY;
    }
}
