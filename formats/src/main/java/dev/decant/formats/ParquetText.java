package dev.decant.formats;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/// Values of Parquet as JSON: numbers and booleans as such, decimals with all their digits, dates and times as ISO 8601
/// texts, lists and structures as arrays and objects, bytes without a meaning as Base64. JSON has no NaN and no
/// infinities: they are texts.
final class ParquetText {
    private static final long NANOS_OF_SECOND = 1_000_000_000;
    private static final long JULIAN_DAY_OF_EPOCH = 2_440_588;
    private static final int LONGEST_DECIMAL_BYTES = 512;
    private static final int LARGEST_SCALE = 1000;

    private ParquetText() {}

    /// Whether a column of that type holds texts.
    static boolean isText(Type type) {
        if (!type.isPrimitive()
                || type.isRepetition(Type.Repetition.REPEATED)
                || type.asPrimitiveType().getPrimitiveTypeName() != PrimitiveTypeName.BINARY) {
            return false;
        }
        LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        // Older writers put texts into columns of plain bytes.
        return logical == null || isString(logical);
    }

    private static boolean isString(LogicalTypeAnnotation logical) {
        return logical instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation
                || logical instanceof LogicalTypeAnnotation.EnumLogicalTypeAnnotation
                || logical instanceof LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
    }

    /// One field's value as JSON.
    static void json(StringBuilder out, Type type, @Nullable Object value) {
        if (value == null) {
            out.append("null");
        } else if (value instanceof List<?> list) {
            array(out, type, list);
        } else {
            single(out, type, value);
        }
    }

    private static void single(StringBuilder out, Type type, Object value) {
        if (value instanceof ParquetRecord record) {
            group(out, type.asGroupType(), record.values);
        } else {
            primitive(out, type.asPrimitiveType(), value);
        }
    }

    private static void array(StringBuilder out, Type type, List<?> list) {
        char before = '[';
        for (Object element : list) {
            out.append(before);
            before = ',';
            single(out, type, element);
        }
        out.append(list.isEmpty() ? "[]" : "]");
    }

    private static void group(StringBuilder out, GroupType type, @Nullable Object[] fields) {
        LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        if (fields.length == 1 && type.getType(0).isRepetition(Type.Repetition.REPEATED)) {
            Type repeated = type.getType(0);
            List<?> entries = fields[0] instanceof List<?> list ? list : List.of();
            if (logical instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation) {
                list(out, type, repeated, entries);
                return;
            }
            boolean map = logical instanceof LogicalTypeAnnotation.MapLogicalTypeAnnotation
                    || logical instanceof LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
            if (map && !repeated.isPrimitive() && repeated.asGroupType().getFieldCount() == 2) {
                map(out, repeated.asGroupType(), entries);
                return;
            }
        }
        char before = '{';
        for (int i = 0; i < fields.length; i++) {
            out.append(before);
            before = ',';
            Json.quote(out, type.getFieldName(i));
            out.append(':');
            Type field = type.getType(i);
            boolean none = fields[i] == null && field.isRepetition(Type.Repetition.REPEATED);
            json(out, field, none ? List.of() : fields[i]);
        }
        out.append(fields.length == 0 ? "{}" : "}");
    }

    // The element is the repeated field itself, or the one field in it (backward compatibility rules of the format).
    private static void list(StringBuilder out, GroupType type, Type repeated, List<?> entries) {
        boolean wrapped = !repeated.isPrimitive()
                && repeated.asGroupType().getFieldCount() == 1
                && !repeated.getName().equals("array")
                && !repeated.getName().equals(type.getName() + "_tuple");
        char before = '[';
        for (Object entry : entries) {
            out.append(before);
            before = ',';
            if (wrapped && entry instanceof ParquetRecord record) {
                json(out, repeated.asGroupType().getType(0), record.values[0]);
            } else {
                single(out, repeated, entry);
            }
        }
        out.append(entries.isEmpty() ? "[]" : "]");
    }

    private static void map(StringBuilder out, GroupType pair, List<?> entries) {
        char before = '{';
        for (Object entry : entries) {
            if (entry instanceof ParquetRecord record) {
                out.append(before);
                before = ',';
                StringBuilder key = new StringBuilder();
                json(key, pair.getType(0), record.values[0]);
                Json.quote(out, Json.plain(key.toString()));
                out.append(':');
                json(out, pair.getType(1), record.values[1]);
            }
        }
        out.append(before == '{' ? "{}" : "}");
    }

    private static void primitive(StringBuilder out, PrimitiveType type, Object value) {
        LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        try {
            switch (value) {
                case Boolean b -> out.append(b.booleanValue());
                case Float number -> floating(out, number, Float.toString(number));
                case Double number -> floating(out, number, Double.toString(number));
                case Integer number -> integer(out, logical, number, Integer.toUnsignedString(number));
                case Long number -> integer(out, logical, number, Long.toUnsignedString(number));
                case Binary bytes -> binary(out, type, logical, bytes);
                default -> Json.quote(out, value.toString());
            }
        } catch (DateTimeException e) {
            // No date that there is.
            if (value instanceof Binary bytes) {
                Json.quote(out, Base64.getEncoder().encodeToString(bytes.getBytesUnsafe()));
            } else {
                out.append(value);
            }
        }
    }

    private static void floating(StringBuilder out, double number, String text) {
        if (Double.isFinite(number)) {
            out.append(text);
        } else {
            Json.quote(out, text);
        }
    }

    private static void integer(
            StringBuilder out, @Nullable LogicalTypeAnnotation logical, long number, String unsigned) {
        switch (logical) {
            case IntLogicalTypeAnnotation ints when !ints.isSigned() -> out.append(unsigned);
            case DecimalLogicalTypeAnnotation decimal -> decimal(out, BigInteger.valueOf(number), decimal.getScale());
            case LogicalTypeAnnotation.DateLogicalTypeAnnotation _ ->
                Json.quote(out, LocalDate.ofEpochDay(number).toString());
            case TimeLogicalTypeAnnotation time ->
                Json.quote(
                        out,
                        DateTimeFormatter.ISO_LOCAL_TIME.format(LocalTime.ofNanoOfDay(nanos(number, time.getUnit()))));
            case TimestampLogicalTypeAnnotation timestamp -> {
                long units = units(timestamp.getUnit());
                Instant instant = Instant.ofEpochSecond(
                        Math.floorDiv(number, units), Math.floorMod(number, units) * (NANOS_OF_SECOND / units));
                timestamp(out, instant, timestamp.isAdjustedToUTC());
            }
            case null, default -> out.append(number);
        }
    }

    private static long units(TimeUnit unit) {
        return switch (unit) {
            case MILLIS -> 1_000;
            case MICROS -> 1_000_000;
            case NANOS -> NANOS_OF_SECOND;
        };
    }

    private static long nanos(long number, TimeUnit unit) {
        try {
            return Math.multiplyExact(number, NANOS_OF_SECOND / units(unit));
        } catch (ArithmeticException e) {
            throw new DateTimeException("no time of day", e);
        }
    }

    private static void timestamp(StringBuilder out, Instant instant, boolean utc) {
        Json.quote(
                out,
                utc
                        ? DateTimeFormatter.ISO_INSTANT.format(instant)
                        : DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC)));
    }

    private static void decimal(StringBuilder out, BigInteger unscaled, int scale) {
        BigDecimal number = new BigDecimal(unscaled, scale);
        out.append(Math.abs(scale) > LARGEST_SCALE ? number.toString() : number.toPlainString());
    }

    private static void binary(
            StringBuilder out, PrimitiveType type, @Nullable LogicalTypeAnnotation logical, Binary value) {
        byte[] bytes = value.getBytesUnsafe();
        switch (logical) {
            case LogicalTypeAnnotation annotation
            when isString(annotation) -> Json.quote(out, new String(bytes, StandardCharsets.UTF_8));
            case DecimalLogicalTypeAnnotation decimal
            when bytes.length > 0 && bytes.length <= LONGEST_DECIMAL_BYTES ->
                decimal(out, new BigInteger(bytes), decimal.getScale());
            case LogicalTypeAnnotation.UUIDLogicalTypeAnnotation _
            when bytes.length == 16 -> {
                ByteBuffer halves = ByteBuffer.wrap(bytes);
                Json.quote(out, new UUID(halves.getLong(), halves.getLong()).toString());
            }
            case LogicalTypeAnnotation.Float16LogicalTypeAnnotation _
            when bytes.length == 2 -> {
                float number = Float.float16ToFloat((short) ((bytes[0] & 0xff) | (bytes[1] & 0xff) << 8));
                floating(out, number, Float.toString(number));
            }
            case LogicalTypeAnnotation.IntervalLogicalTypeAnnotation _
            when bytes.length == 12 -> {
                ByteBuffer parts = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
                Json.quote(
                        out,
                        "P" + Integer.toUnsignedString(parts.getInt()) + "M"
                                + Integer.toUnsignedString(parts.getInt()) + "DT"
                                + BigDecimal.valueOf(Integer.toUnsignedLong(parts.getInt()), 3)
                                        .toPlainString()
                                + "S");
            }
            case null, default -> {
                if (type.getPrimitiveTypeName() == PrimitiveTypeName.INT96 && bytes.length == 12) {
                    ByteBuffer parts = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
                    long nanos = parts.getLong();
                    long day = Integer.toUnsignedLong(parts.getInt()) - JULIAN_DAY_OF_EPOCH;
                    timestamp(out, Instant.ofEpochSecond(day * 86_400, nanos), false);
                } else {
                    Json.quote(out, Base64.getEncoder().encodeToString(bytes));
                }
            }
        }
    }
}
