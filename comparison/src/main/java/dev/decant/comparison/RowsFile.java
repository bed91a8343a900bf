package dev.decant.comparison;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The rows as every approach reads them: a CSV file with the columns `index` and `text`.
final class RowsFile {
    private RowsFile() {}

    static void write(Path file, List<String> texts) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            out.write("index,text\n".getBytes(StandardCharsets.UTF_8));
            for (int row = 0; row < texts.size(); row++) {
                String line = row + ",\"" + texts.get(row).replace("\"", "\"\"") + "\"\n";
                // A lone surrogate becomes a question mark, for all approaches alike.
                out.write(line.getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
