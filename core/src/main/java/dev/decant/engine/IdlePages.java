package dev.decant.engine;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Pages that this process holds and does not need: the Java heap's garbage, memory that malloc keeps after it was
/// freed, and program code of the JVM, of native libraries such as ONNX Runtime's or torch's, and of the class archive.
///
/// Much of the code is for starting only: reading a graph, optimising it, linking classes, relocating and
/// registering what a library has for processors that are not there. Linux leaves
/// such pages with the process until memory runs short; [#giveBack()] gives them all back at once, and
/// those still in use come again from the system's copy of the file, most often without a read from the
/// disk. Other systems: nothing is done.
public final class IdlePages {
    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    private static final int MADV_DONTNEED = 4; // the same on all processors of Linux but Alpha

    /// What a heap may use before a collection, which takes 7 to 15 ms, is worth it.
    private static final long HEAP = 6L << 20;

    /// What stays mapped where it is as long as the process lives: libraries and class archives. Other files may be
    /// unmapped by another thread before their pages are given back, and new memory in their place would be lost.
    private static final Pattern CODE = Pattern.compile("/[^/]+(\\.so(\\.[0-9]+)*|\\.aot|\\.jsa)$");

    private IdlePages() {}

    /// A mapping of code, none of whose pages has been changed since.
    record Mapping(long start, long end) {}

    /// Gives the pages back. Callable at any time from any thread; where it cannot be done nothing happens.
    public static void giveBack() {
        Runtime runtime = Runtime.getRuntime();
        if (runtime.totalMemory() - runtime.freeMemory() > HEAP) {
            // A vocabulary that was read as JSON, above all; the collector has not come that far by itself.
            System.gc();
        }
        // Without the right to call native code the JVM would print a warning, or throw.
        if (!Files.isReadable(MAPPINGS) || !IdlePages.class.getModule().isNativeAccessEnabled()) {
            return;
        }
        try {
            Linker linker = Linker.nativeLinker();
            // Only the C library of GNU has it.
            MemorySegment trim = linker.defaultLookup().find("malloc_trim").orElse(null);
            if (trim != null) {
                int ignored = (int)
                        linker.downcallHandle(trim, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG))
                                .invokeExact(0L);
            }
            MemorySegment advise = linker.defaultLookup().find("madvise").orElse(null);
            if (advise != null) {
                MethodHandle call = linker.downcallHandle(
                        advise,
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT));
                for (Mapping mapping : unchanged(Files.readAllLines(MAPPINGS, StandardCharsets.ISO_8859_1))) {
                    // A mapping that cannot be given back, such as a locked one, stays as it is.
                    int ignored = (int) call.invokeExact(mapping.start, mapping.end - mapping.start, MADV_DONTNEED);
                }
            }
        } catch (IOException | RuntimeException e) {
            log(e);
        } catch (Throwable e) {
            throw new LinkageError("a call of the C library", e); // invokeExact declares it; the calls throw nothing
        }
    }

    /// The private mappings of code that are not writable and hold no page of their own.
    ///
    /// A page that was changed, as the linker changes tables of addresses before it closes them, would come
    /// back as it is in the file; `Anonymous` counts those.
    static List<Mapping> unchanged(List<String> smaps) {
        List<Mapping> found = new ArrayList<>();
        Mapping candidate = null;
        for (String line : smaps) {
            if (line.isEmpty() || Character.isUpperCase(line.charAt(0))) {
                if (candidate != null && line.startsWith("Anonymous:")) {
                    if (line.endsWith(" 0 kB")) {
                        found.add(candidate);
                    }
                    candidate = null;
                }
            } else {
                candidate = codeMapping(line);
            }
        }
        return found;
    }

    // START-END PERMISSIONS OFFSET DEVICE INODE PATH, such as
    // 7f1dcb920000-7f1dcb981000 r-xp 0127a000 fe:00 9978885    /usr/lib/libexample.so
    private static @Nullable Mapping codeMapping(String line) {
        int dash = line.indexOf('-');
        int space = line.indexOf(' ');
        if (dash < 0
                || space < dash
                || line.length() < space + 5
                || !CODE.matcher(line).find()) {
            return null;
        }
        boolean writable = line.charAt(space + 2) == 'w';
        boolean isPrivate = line.charAt(space + 4) == 'p';
        return writable || !isPrivate
                ? null
                : new Mapping(
                        HexFormat.fromHexDigitsToLong(line, 0, dash),
                        HexFormat.fromHexDigitsToLong(line, dash + 1, space));
    }

    private static void log(Exception e) {
        System.getLogger(IdlePages.class.getName())
                .log(System.Logger.Level.DEBUG, "the program's pages are not given back", e);
    }
}
