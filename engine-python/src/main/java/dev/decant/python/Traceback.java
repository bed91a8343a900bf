package dev.decant.python;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/// The text of a traceback, in Python's form.
final class Traceback {
    private static final int LONGEST_LINE = 500;

    private Traceback() {}

    static String render(List<PythonException.Link> chain) {
        StringBuilder text = new StringBuilder();
        for (PythonException.Link link : chain.reversed()) {
            switch (link.relation()) {
                case "cause" ->
                    text.append("\nThe above exception was the direct cause of the following exception:\n\n");
                case "context" ->
                    text.append("\nDuring handling of the above exception, another exception occurred:\n\n");
                default -> {}
            }
            if (!link.frames().isEmpty()) {
                text.append("Traceback (most recent call last):\n");
            }
            for (PythonFrame frame : link.frames()) {
                frame(text, frame);
            }
            text.append(link.type());
            if (!link.text().isEmpty()) {
                text.append(": ").append(link.text());
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static void frame(StringBuilder text, PythonFrame frame) {
        if (frame.line() == 0) {
            text.append("  [frames of the recursion left out]\n");
            return;
        }
        text.append("  File \"")
                .append(frame.file())
                .append("\", line ")
                .append(frame.line())
                .append(", in ")
                .append(frame.function())
                .append('\n');
        String source = sourceLine(frame);
        if (!source.isEmpty()) {
            text.append("    ").append(source).append('\n');
        }
    }

    /// The line of source; empty where it cannot be had.
    private static String sourceLine(PythonFrame frame) {
        try {
            Path file = Path.of(frame.file());
            if (!Files.isRegularFile(file)) {
                return "";
            }
            try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                String line = reader.lines().skip(frame.line() - 1L).findFirst().orElse("");
                return line.substring(0, Math.min(line.length(), LONGEST_LINE)).strip();
            }
        } catch (IOException | InvalidPathException | java.io.UncheckedIOException ignored) {
            return "";
        }
    }
}
