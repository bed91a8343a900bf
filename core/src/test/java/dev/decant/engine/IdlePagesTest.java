package dev.decant.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class IdlePagesTest {
    private static Stream<String> mapping(String header, int anonymous) {
        return Stream.of(
                header,
                "Size:               1000 kB",
                "Rss:                 500 kB",
                "Private_Dirty:         0 kB",
                "Anonymous:      " + "%8d kB".formatted(anonymous),
                "AnonHugePages:         0 kB",
                "VmFlags: rd ex mr mw me");
    }

    private static List<IdlePages.Mapping> unchanged(String header, int anonymous) {
        return IdlePages.unchanged(mapping(header, anonymous).toList());
    }

    @Test
    void codeAndConstantsOfALibraryAreGivenBack() {
        assertThat(unchanged("7f1dcb920000-7f1dcb981000 r-xp 0127a000 fe:00 9978885    /usr/lib/libexample.so", 0))
                .containsExactly(new IdlePages.Mapping(0x7f1dcb920000L, 0x7f1dcb981000L));
        assertThat(unchanged("00400000-00401000 r--p 00000000 fe:00 9978885    /opt/a folder/libc++.so.6.0.30", 0))
                .containsExactly(new IdlePages.Mapping(0x400000, 0x401000));
    }

    @Test
    void filesThatMayBeUnmappedMeanwhileAreLeftAlone() {
        for (String path : List.of(
                "/home/user/model.safetensors",
                "/usr/bin/a program",
                "/tmp/libgone.so (deleted)",
                "/home/user/notes.so.txt")) {
            assertThat(unchanged("00400000-00401000 r--p 00000000 fe:00 9978885    " + path, 0))
                    .as(path)
                    .isEmpty();
        }
    }

    @Test
    void aMappingWithAPageThatWasChangedIsLeftAlone() {
        // What the linker has relocated and then closed: read from the file again it would be wrong.
        assertThat(unchanged("7f1dcb920000-7f1dcb981000 r--p 0127a000 fe:00 9978885    /usr/lib/libexample.so", 4))
                .isEmpty();
        assertThat(unchanged("7f1dcb920000-7f1dcb981000 r--p 0127a000 fe:00 9978885    /usr/lib/libexample.so", 10))
                .isEmpty();
    }

    @Test
    void writableSharedAndAnonymousMappingsAreLeftAlone() {
        for (String header : List.of(
                "7f1dcb920000-7f1dcb981000 rw-p 0127a000 fe:00 9978885    /usr/lib/libexample.so",
                "7f1dcb920000-7f1dcb981000 r--s 0127a000 fe:00 9978885    /home/user/weights.ort",
                "7f1dcb920000-7f1dcb981000 r--p 00000000 00:00 0 ",
                "7f1dcb920000-7f1dcb981000 r-xp 00000000 00:00 0    [vdso]",
                "7f1dcb920000-7f1dcb981000 rwxp 00000000 00:00 0 ")) {
            assertThat(unchanged(header, 0)).as(header).isEmpty();
        }
    }

    @Test
    void eachMappingIsJudgedByItsOwnFigures() {
        List<String> smaps = Stream.of(
                        mapping("1000-2000 r--p 00000000 fe:00 1    /usr/lib/a.so", 0),
                        mapping("2000-3000 r--p 00000000 fe:00 1    /usr/lib/a.so", 4),
                        mapping("3000-4000 rw-p 00000000 fe:00 1    /usr/lib/a.so", 0),
                        mapping("4000-5000 r-xp 00000000 fe:00 2    /usr/lib/b.so", 0))
                .flatMap(lines -> lines)
                .toList();

        assertThat(IdlePages.unchanged(smaps))
                .containsExactly(new IdlePages.Mapping(0x1000, 0x2000), new IdlePages.Mapping(0x4000, 0x5000));
    }

    @Test
    void theProgramGoesOnAfterwards() {
        for (int i = 0; i < 3; i++) {
            assertThatCode(IdlePages::giveBack).doesNotThrowAnyException();
            System.gc();
            assertThat("%.3f".formatted(Math.cos(i))).hasSizeGreaterThan(4);
        }
    }
}
