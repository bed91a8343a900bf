package dev.decant.python;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.Buffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes Python objects of plain Java values. Belongs to one thread.
final class ToPython {
    private static final int DEEPEST = 200;

    private final PythonThread thread;
    private final LentMemory lent;
    private int depth;

    ToPython(PythonThread thread) {
        this.thread = thread;
        this.lent = new LentMemory(thread);
    }

    /// Does what needs no GIL: encodes a text, or a list of texts.
    static @Nullable Object encode(@Nullable Object value) {
        return switch (value) {
            case String text -> EncodedText.of(text);
            case List<?> list -> {
                EncodedTexts texts = EncodedTexts.of(list);
                yield texts == null ? list : texts;
            }
            case null, default -> value;
        };
    }

    /// New: the object. The GIL is held.
    ///
    /// @throws PythonConversionException when the value, or one inside it, is no plain value
    long convert(@Nullable Object value) {
        return switch (value) {
            case null -> own(Types.NONE);
            case EncodedTexts texts -> texts.toPython(thread);
            case EncodedText text -> text.toPython(thread);
            case String text -> EncodedText.of(text).toPython(thread);
            case Character character -> EncodedText.of(character.toString()).toPython(thread);
            case Boolean b -> own(b ? Types.TRUE : Types.FALSE);
            case Double number -> Errors.check(NumberApi.fromDouble(number));
            case Float number -> Errors.check(NumberApi.fromDouble(number));
            case Long number -> Errors.check(NumberApi.fromLong(number));
            case Integer number -> Errors.check(NumberApi.fromLong(number));
            case Short number -> Errors.check(NumberApi.fromLong(number));
            case Byte number -> Errors.check(NumberApi.fromLong(number));
            case BigInteger number -> Errors.check(NumberApi.fromHex(number.toString(16)));
            case Collection<?> collection -> list(collection);
            case Object[] array -> list(Arrays.asList(array));
            case Map<?, ?> map -> dict(map);
            case byte[] bytes -> TextApi.bytes(bytes);
            case float[] array -> lent.copy(MemorySegment.ofArray(array), "f");
            case double[] array -> lent.copy(MemorySegment.ofArray(array), "d");
            case int[] array -> lent.copy(MemorySegment.ofArray(array), "i");
            case long[] array -> lent.copy(MemorySegment.ofArray(array), "q");
            case short[] array -> lent.copy(MemorySegment.ofArray(array), "h");
            case Buffer buffer when buffer.isDirect() -> lent.lend(buffer);
            default ->
                throw new PythonConversionException("a " + value.getClass().getTypeName()
                        + " cannot be passed to Python: pass null, a boolean, a number, a string, a list,"
                        + " a map, an array or a direct buffer");
        };
    }

    /// Takes back the memory that was lent to a call that has ended.
    void callEnded() {
        lent.takeBack();
    }

    private static long own(long singleton) {
        ObjectApi.incRef(singleton);
        return singleton;
    }

    private long list(Collection<?> collection) {
        deeper();
        // A copy: the collection may be changed by others while it is read.
        @Nullable Object[] elements = collection.toArray();
        long list = Errors.check(ContainerApi.newList(elements.length));
        try {
            for (int i = 0; i < elements.length; i++) {
                ContainerApi.setItem(list, i, convert(elements[i]));
            }
        } catch (RuntimeException e) {
            ObjectApi.decRef(list);
            throw e;
        } finally {
            depth--;
        }
        return list;
    }

    private long dict(Map<?, ?> map) {
        deeper();
        long dict = Errors.check(ContainerApi.newDict());
        try {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                long key = convert(entry.getKey());
                try {
                    long value = convert(entry.getValue());
                    int status = ContainerApi.put(dict, key, value);
                    ObjectApi.decRef(value);
                    Errors.checkStatus(status);
                } finally {
                    ObjectApi.decRef(key);
                }
            }
        } catch (RuntimeException e) {
            ObjectApi.decRef(dict);
            throw e;
        } finally {
            depth--;
        }
        return dict;
    }

    private void deeper() {
        if (depth == DEEPEST) {
            depth = 0;
            throw new PythonConversionException(
                    "a value nested deeper than " + DEEPEST + " levels cannot be passed to Python");
        }
        depth++;
    }
}
