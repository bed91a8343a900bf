package dev.decant.python;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A list of texts in the form in which Python takes it fastest, made before the GIL is taken: Latin-1 one text after
/// the other in one array, and as [EncodedText]s where one of them is not Latin-1.
final class EncodedTexts {
    /// Longer lists are encoded text by text.
    static final int LONGEST = 1 << 20;

    private static final byte[] EMPTY = {};
    private static final EncodedText[] NONE = {};

    private final byte[] latin;
    private final int[] ends;
    private final EncodedText[] others;

    private EncodedTexts(byte[] latin, int[] ends, EncodedText[] others) {
        this.latin = latin;
        this.ends = ends;
        this.others = others;
    }

    /// The encoded list; null where it has other elements than texts, or is long.
    static @Nullable EncodedTexts of(List<?> list) {
        Object[] elements = list.toArray();
        long total = 0;
        for (Object element : elements) {
            if (!(element instanceof String text)) {
                return null;
            }
            total += text.length();
        }
        if (total > LONGEST) {
            return null;
        }
        String[] texts = Arrays.copyOf(elements, elements.length, String[].class);
        // All at once: each step is vectorised, and the texts of a batch are short.
        String joined = String.join("", texts);
        byte[] latin = joined.getBytes(StandardCharsets.ISO_8859_1);
        return joined.equals(new String(latin, StandardCharsets.ISO_8859_1)) ? ofLatin(latin, texts) : ofAny(texts);
    }

    private static EncodedTexts ofLatin(byte[] latin, String[] texts) {
        int[] ends = new int[texts.length];
        int end = 0;
        for (int i = 0; i < texts.length; i++) {
            end += texts[i].length();
            ends[i] = end;
        }
        return new EncodedTexts(latin, ends, NONE);
    }

    private static EncodedTexts ofAny(String[] texts) {
        EncodedText[] encoded = new EncodedText[texts.length];
        for (int i = 0; i < texts.length; i++) {
            encoded[i] = EncodedText.of(texts[i]);
        }
        return new EncodedTexts(EMPTY, new int[0], encoded);
    }

    /// New: the list. The GIL is held.
    long toPython(PythonThread thread) {
        int size = Math.max(ends.length, others.length);
        long list = Errors.check(ContainerApi.newList(size));
        long area = thread.textArea();
        Native.copy(latin, area);
        int start = 0;
        try {
            for (int i = 0; i < ends.length; i++) {
                ContainerApi.setItem(list, i, Errors.check(TextApi.fromLatin1(area + start, ends[i] - start)));
                start = ends[i];
            }
            for (int i = 0; i < others.length; i++) {
                ContainerApi.setItem(list, i, others[i].toPython(thread));
            }
        } catch (RuntimeException e) {
            ObjectApi.decRef(list);
            throw e;
        }
        return list;
    }
}
