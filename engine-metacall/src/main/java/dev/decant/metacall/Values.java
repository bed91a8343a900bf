package dev.decant.metacall;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Java values as MetaCall's, and back: texts, whole numbers and lists in, those and floats out.
///
/// A text that UTF-8 cannot hold comes as a buffer of UTF-16, as an [EncodedText] goes.
final class Values {
    private static final int LONG = 4;
    private static final int DOUBLE = 6;
    private static final int STRING = 7;
    private static final int BUFFER = 8;
    private static final int ARRAY = 9;
    private static final int EXCEPTION = 17;
    private static final int THROWABLE = 18;

    private Values() {}

    /// New: a `String`, an [EncodedText], a `Long` or a `List` of these.
    static long create(Object value) {
        return switch (value) {
            case EncodedText text -> text.create();
            case String text -> EncodedText.of(text).create();
            case Long number -> MetaCallApi.newLong(number);
            case List<?> list -> {
                long array = MetaCallApi.newArray(list.size());
                long elements = MetaCallApi.elements(array);
                for (int i = 0; i < list.size(); i++) {
                    MetaCallLibrary.putLong(elements + 8L * i, create(list.get(i)));
                }
                yield array;
            }
            default -> throw new IllegalArgumentException(value.getClass().getName());
        };
    }

    /// A value as a `Long`, `Double`, `String` or a `List` of these; the value stays its owner's.
    static Object read(long value) {
        if (value == 0) {
            throw new MetaCallException("MetaCall gave no answer");
        }
        int id = MetaCallApi.id(value);
        return switch (id) {
            case LONG -> MetaCallApi.toLong(value);
            case DOUBLE -> MetaCallApi.toDouble(value);
            case STRING ->
                new String(
                        MetaCallLibrary.bytes(MetaCallApi.characters(value), MetaCallApi.size(value) - 1),
                        StandardCharsets.UTF_8);
            case BUFFER ->
                EncodedText.ofUtf16(MetaCallLibrary.bytes(MetaCallApi.content(value), MetaCallApi.size(value)));
            case ARRAY -> {
                int count = (int) MetaCallApi.count(value);
                long elements = MetaCallApi.elements(value);
                List<Object> list = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    list.add(read(MetaCallLibrary.getLong(elements + 8L * i)));
                }
                yield list;
            }
            case EXCEPTION, THROWABLE ->
                throw new MetaCallException(
                        "MetaCall gave an exception instead of an answer: " + MetaCallApi.error(value));
            default -> throw new MetaCallException("MetaCall gave a value of the unexpected type " + id);
        };
    }
}
