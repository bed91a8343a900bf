package dev.decant.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SharedPagesTest {
    private static final Set<String> OURS = SharedPages.files(List.of(
            "7f00-7f10 r-xp 00000000 08:01 17         /lib/libjvm.so",
            "7f10-7f20 rw-p 00000000 00:00 0 ",
            "7f20-7f30 r--s 00000000 08:01 18         /app/my classes.aot"));

    private static List<String> mapping(String path, int pss, int privately, int shared) {
        return List.of(
                "aa00-bb00 r-xp 00000000 08:01 17    " + path,
                "Size:               4096 kB",
                "Rss:                " + (privately + shared) + " kB",
                "Pss:                 " + pss + " kB",
                "Pss_Dirty:             0 kB",
                "Shared_Clean:        " + shared + " kB",
                "Shared_Dirty:          0 kB",
                "Private_Clean:       " + privately + " kB",
                "Private_Dirty:         0 kB",
                "VmFlags: rd ex mr mw me");
    }

    @Test
    void theFilesOfAProcessAreThoseWithAPath() {
        assertThat(OURS).containsExactlyInAnyOrder("/lib/libjvm.so", "/app/my classes.aot");
    }

    @Test
    void aPageThatOneProcessSharesWithThisOneIsCountedWholeAgain() {
        // 100 kB alone, 60 kB shared by two: billed 130, and 160 if it were alone.
        Map<String, SharedPages.Mapped> pages = SharedPages.mapped(mapping("/lib/libjvm.so", 130, 100, 60), OURS);
        assertThat(SharedPages.of(Map.of(1L, pages))).isEqualTo(new SharedPages(30 << 10, 60 << 10));
    }

    @Test
    void filesThatThisProcessDoesNotMapAreLeftAsTheyAre() {
        Map<String, SharedPages.Mapped> pages = SharedPages.mapped(mapping("/lib/torch.so", 130, 100, 60), OURS);
        assertThat(SharedPages.of(Map.of(1L, pages))).isEqualTo(SharedPages.NONE);
    }

    @Test
    void pagesOfATreeThatShareAmongThemselvesAreNotCountedTwice() {
        // Two processes and this one share 90 kB: each is billed 30, and the two would be billed 90 together.
        Map<String, SharedPages.Mapped> pages = SharedPages.mapped(mapping("/lib/libjvm.so", 30, 0, 90), OURS);
        assertThat(SharedPages.of(Map.of(1L, pages, 2L, pages))).isEqualTo(new SharedPages(30 << 10, 0));
    }

    @Test
    void pagesThatStrangersShareTooStayOutOfTheUss() {
        Map<String, SharedPages.Mapped> pages = SharedPages.mapped(mapping("/lib/libjvm.so", 30, 0, 90), OURS);
        assertThat(SharedPages.of(Map.of(1L, pages)).uss()).isZero();
    }
}
