package dev.decant.python;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A list of texts in the form in which Python takes it fastest, made before the GIL is taken: Latin-1 one text after
/// the other in one array, and as [EncodedText]s where one of them is not Latin-1. Converted once.
final class EncodedTexts {
    /// Longer lists are encoded text by text.
    static final int LONGEST = 1 << 20;

    private static final EncodedText[] NONE = {};

    private final @Nullable Latin1Buffer latin;
    private final int[] ends;
    private final EncodedText[] others;

    private EncodedTexts(@Nullable Latin1Buffer latin, int[] ends, EncodedText[] others) {
        this.latin = latin;
        this.ends = ends;
        this.others = others;
    }

    /// The encoded list; null where it has other elements than texts, or is long.
    static @Nullable EncodedTexts of(List<?> list) {
        Object[] elements = list.toArray();
        String[] texts = new String[elements.length];
        long total = 0;
        for (int i = 0; i < elements.length; i++) {
            if (!(elements[i] instanceof String text)) {
                return null;
            }
            texts[i] = text;
            total += text.length();
        }
        if (total > LONGEST) {
            return null;
        }
        PythonThread here = PythonThread.current();
        Latin1Buffer latin = here == null ? new Latin1Buffer() : here.takeLatin1Buffer();
        int[] ends = new int[texts.length];
        return latin.encode(texts, ends, (int) total) ? new EncodedTexts(latin, ends, NONE) : ofAny(texts);
    }

    private static EncodedTexts ofAny(String[] texts) {
        EncodedText[] encoded = new EncodedText[texts.length];
        for (int i = 0; i < texts.length; i++) {
            encoded[i] = EncodedText.of(texts[i]);
        }
        return new EncodedTexts(null, new int[0], encoded);
    }

    /// New: the list. The GIL is held.
    long toPython(PythonThread thread) {
        int size = Math.max(ends.length, others.length);
        long list = Errors.check(ContainerApi.newList(size));
        long area = thread.textArea();
        if (latin != null) {
            Native.copy(latin.bytes(), area, ends.length == 0 ? 0 : ends[ends.length - 1]);
            thread.keep(latin);
        }
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
