package dev.decant.formats;

import dev.decant.data.DataException;
import dev.decant.data.Outcome;
import dev.decant.metrics.RunMetrics;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// How far a run has come: what it has committed, and what its output depends on.
///
/// On the disk it is UTF-8 text, one entry a line, `KIND NAME=VALUE`, with backslash escapes (`\\`, `\n`, `\r`,
/// `\e` for `=`) in names and values; `decant-checkpoint 1` comes first (the format's version) and `end` with the
/// CRC-32C of all bytes before it last, so that half a checkpoint is never taken for one.
///
/// @param settings what the output depends on, by the names that messages use; a run goes on only with the same
/// @param notes what the run has found out and a later one need not, by name
/// @param rows the committed rows
/// @param outputBytes how long the output was when they were
/// @param outputCrc the CRC-32C of those bytes
record Checkpoint(
        SequencedMap<String, String> settings,
        SequencedMap<String, String> notes,
        RunMetrics.Rows rows,
        long outputBytes,
        long outputCrc) {
    /// The version of the format; raised with every change that an older Decant would misread.
    static final int VERSION = 1;

    /// More than any run has: 10,000 labels are counted at most. A longer file is none of ours.
    static final int MAX_BYTES = 1 << 24;

    private static final String FIRST = "decant-checkpoint ";
    private static final List<String> COUNTS = List.of("in", "scored", "failed", "skipped", "truncated");

    Checkpoint {
        settings = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(settings));
        notes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(notes));
    }

    byte[] encode() {
        StringBuilder text = new StringBuilder(FIRST).append(VERSION).append('\n');
        settings.forEach((name, value) -> line(text, "setting", name, value));
        notes.forEach((name, value) -> line(text, "note", name, value));
        line(text, "rows", "in", Long.toString(rows.in()));
        line(text, "rows", "scored", Long.toString(rows.scored()));
        line(text, "rows", "failed", Long.toString(rows.failed()));
        line(text, "rows", "skipped", Long.toString(rows.skipped()));
        line(text, "rows", "truncated", Long.toString(rows.truncated()));
        rows.failures().forEach((kind, count) -> line(text, "failure", kind.name(), Long.toString(count)));
        rows.labels().forEach((label, count) -> line(text, "label", label, Long.toString(count)));
        line(text, "output", "bytes", Long.toString(outputBytes));
        line(text, "output", "crc32c", Long.toString(outputCrc));
        byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
        byte[] end = ("end " + checksum(body, body.length) + "\n").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(body.length + end.length).put(body).put(end).array();
    }

    private static void line(StringBuilder text, String kind, String name, String value) {
        text.append(kind).append(' ');
        escape(text, name);
        text.append('=');
        escape(text, value);
        text.append('\n');
    }

    private static void escape(StringBuilder text, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '=' -> text.append("\\e");
                default -> text.append(c);
            }
        }
    }

    private static String checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return String.format("%08x", crc.getValue());
    }

    /// Reads a checkpoint.
    ///
    /// @param name what messages call the file
    /// @throws DataException where the bytes are not a whole checkpoint of this version
    static Checkpoint decode(String name, byte[] bytes) throws DataException {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw damaged(name);
        }
        if (!text.startsWith(FIRST)) {
            throw damaged(name);
        }
        List<String> lines = text.lines().toList();
        String version = lines.getFirst().substring(FIRST.length());
        if (!version.equals(Integer.toString(VERSION))) {
            throw new DataException(name + ": is a checkpoint of version " + Texts.excerpt(version)
                    + ", and this Decant reads version " + VERSION
                    + "; go on with the Decant that wrote it, or start anew with --force");
        }
        int end = text.lastIndexOf("end ");
        if (end < 1 || text.charAt(end - 1) != '\n') {
            throw damaged(name);
        }
        byte[] body = text.substring(0, end).getBytes(StandardCharsets.UTF_8);
        if (!text.substring(end).equals("end " + checksum(body, body.length) + "\n")) {
            throw damaged(name);
        }
        Fill fill = new Fill();
        for (String line : lines.subList(1, lines.size() - 1)) {
            if (!fill.line(line)) {
                throw damaged(name);
            }
        }
        Checkpoint checkpoint = fill.checkpoint();
        if (checkpoint == null) {
            throw damaged(name);
        }
        return checkpoint;
    }

    private static DataException damaged(String name) {
        return new DataException(name + ": is no whole checkpoint; start anew with --force");
    }

    /// How these settings differ from what a run has now, in words; empty where they do not.
    String differences(SequencedMap<String, String> now) {
        StringBuilder text = new StringBuilder();
        now.forEach((name, value) -> differ(text, name, settings.get(name), value));
        settings.forEach((name, value) -> {
            if (!now.containsKey(name)) {
                differ(text, name, value, null);
            }
        });
        return text.toString();
    }

    private static void differ(StringBuilder text, String name, @Nullable String was, @Nullable String is) {
        if (was != null && was.equals(is)) {
            return;
        }
        text.append(text.isEmpty() ? "" : "; ").append(name);
        text.append(" was ").append(shown(was)).append(" and is ").append(shown(is));
    }

    private static String shown(@Nullable String value) {
        return value == null || value.isEmpty() ? "not given" : Texts.excerpt(value);
    }

    /// A checkpoint on its way from lines.
    private static final class Fill {
        private final SequencedMap<String, String> settings = new LinkedHashMap<>();
        private final SequencedMap<String, String> notes = new LinkedHashMap<>();
        private final Map<String, Long> counts = new HashMap<>();
        private final Map<Outcome.Kind, Long> failures = new EnumMap<>(Outcome.Kind.class);
        private final Map<String, Long> labels = new TreeMap<>();
        private final Map<String, Long> output = new HashMap<>();

        /// False where the line is none of a checkpoint.
        boolean line(String line) {
            int space = line.indexOf(' ');
            int equals = line.indexOf('=');
            if (space < 0 || equals < space) {
                return false;
            }
            String name = unescape(line.substring(space + 1, equals));
            String value = unescape(line.substring(equals + 1));
            if (name == null || value == null) {
                return false;
            }
            return switch (line.substring(0, space)) {
                case "setting" -> settings.put(name, value) == null;
                case "note" -> notes.put(name, value) == null;
                case "rows" -> COUNTS.contains(name) && count(counts, name, value);
                case "failure" -> failure(name, value);
                case "label" -> count(labels, name, value);
                case "output" -> count(output, name, value);
                default -> false;
            };
        }

        private boolean failure(String name, String value) {
            for (Outcome.Kind kind : Outcome.Kind.values()) {
                if (kind.name().equals(name)) {
                    return count(failures, kind, value);
                }
            }
            return false;
        }

        private static <K> boolean count(Map<K, Long> counts, K name, String value) {
            try {
                long count = Long.parseLong(value);
                return count >= 0 && counts.put(name, count) == null;
            } catch (NumberFormatException e) {
                return false;
            }
        }

        private static @Nullable String unescape(String value) {
            StringBuilder text = new StringBuilder(value.length());
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c == '=') {
                    return null;
                }
                if (c != '\\') {
                    text.append(c);
                    continue;
                }
                int code = ++i < value.length() ? "\\nre".indexOf(value.charAt(i)) : -1;
                if (code < 0) {
                    return null;
                }
                text.append("\\\n\r=".charAt(code));
            }
            return text.toString();
        }

        @Nullable
        Checkpoint checkpoint() {
            Long bytes = output.get("bytes");
            Long crc = output.get("crc32c");
            if (bytes == null || crc == null || output.size() != 2 || counts.size() != COUNTS.size()) {
                return null;
            }
            RunMetrics.Rows rows = new RunMetrics.Rows(
                    get("in"), get("scored"), get("failed"), get("skipped"), get("truncated"), 0, failures, labels);
            // The sum may overflow, and is then below zero.
            boolean balanced = rows.scored() <= rows.in()
                    && rows.failed() <= rows.in()
                    && rows.in() == rows.scored() + rows.failed() + rows.skipped();
            return balanced ? new Checkpoint(settings, notes, rows, bytes, crc) : null;
        }

        private long get(String name) {
            return counts.getOrDefault(name, 0L);
        }
    }
}
