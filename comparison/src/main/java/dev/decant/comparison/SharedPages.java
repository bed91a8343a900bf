package dev.decant.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a measured process tree saves because the measuring process maps the same files.
///
/// PSS divides a page by the number of processes that map it. A JVM that measures another one takes half of its
/// program code and class archive off its bill, ten megabytes of a hundred, which a user who starts it alone would
/// not see. So that part is added again: for each file that both map, what the tree was billed for its shared pages,
/// divided by the number of the tree's processes that share it. That is exact where one process of the tree shares
/// pages with this one, and an estimate from below elsewhere.
///
/// @param pss bytes to add to the tree's PSS
/// @param uss bytes to add to its USS: pages that nobody else would use
record SharedPages(long pss, long uss) {
    static final SharedPages NONE = new SharedPages(0, 0);

    /// Two mappers halve a page; rounding to kilobytes blurs it.
    private static final double HALF = 0.47;

    /// The pages of one file in one process, in kilobytes.
    record Mapped(long pss, long privately, long shared) {
        Mapped plus(Mapped other) {
            return new Mapped(pss + other.pss, privately + other.privately, shared + other.shared);
        }

        long sharedPss() {
            return pss - privately;
        }
    }

    /// The pages that these processes share with this one.
    static SharedPages withThisProcess(List<Long> processes) {
        try {
            Set<String> ours = files(Files.readAllLines(Path.of("/proc/self/maps")));
            Map<Long, Map<String, Mapped>> theirs = new HashMap<>();
            for (long process : processes) {
                try {
                    theirs.put(
                            process,
                            mapped(Files.readAllLines(Path.of("/proc", Long.toString(process), "smaps")), ours));
                } catch (IOException e) {
                    // Gone meanwhile.
                }
            }
            return of(theirs);
        } catch (IOException e) {
            return NONE; // Not this kind of system.
        }
    }

    static SharedPages of(Map<Long, Map<String, Mapped>> processes) {
        Map<String, Mapped> files = new HashMap<>();
        Map<String, Integer> sharers = new HashMap<>();
        processes
                .values()
                .forEach(mapped -> mapped.forEach((file, pages) -> {
                    if (pages.sharedPss() > 0) {
                        files.merge(file, pages, Mapped::plus);
                        sharers.merge(file, 1, Integer::sum);
                    }
                }));
        long pss = 0;
        long uss = 0;
        for (Map.Entry<String, Mapped> file : files.entrySet()) {
            Mapped pages = file.getValue();
            int count = sharers.getOrDefault(file.getKey(), 1);
            pss += pages.sharedPss() / count;
            if (count == 1 && pages.sharedPss() > HALF * pages.shared()) {
                uss += pages.shared();
            }
        }
        return new SharedPages(pss << 10, uss << 10);
    }

    /// The files that a process maps, from its `maps`.
    static Set<String> files(List<String> maps) {
        Set<String> files = new HashSet<>();
        for (String line : maps) {
            int path = line.indexOf('/');
            if (path > 0) {
                files.add(line.substring(path));
            }
        }
        return files;
    }

    /// The pages of each of the wanted files in a process, from its `smaps`.
    static Map<String, Mapped> mapped(List<String> smaps, Set<String> wanted) {
        Map<String, Mapped> files = new HashMap<>();
        String file = "";
        for (String line : smaps) {
            char first = line.isEmpty() ? ' ' : line.charAt(0);
            if ((first >= '0' && first <= '9') || (first >= 'a' && first <= 'f')) {
                int path = line.indexOf('/');
                file = path > 0 && wanted.contains(line.substring(path)) ? line.substring(path) : "";
            } else if (!file.isEmpty()) {
                Mapped more = switch (line.substring(0, Math.max(0, line.indexOf(':')))) {
                    case "Pss" -> new Mapped(kilobytes(line), 0, 0);
                    case "Private_Clean", "Private_Dirty" -> new Mapped(0, kilobytes(line), 0);
                    case "Shared_Clean", "Shared_Dirty" -> new Mapped(0, 0, kilobytes(line));
                    default -> null;
                };
                if (more != null) {
                    files.merge(file, more, Mapped::plus);
                }
            }
        }
        return files;
    }

    private static long kilobytes(String line) {
        int end = line.length() - " kB".length();
        return Long.parseLong(line, line.lastIndexOf(' ', end - 1) + 1, end, 10);
    }
}
