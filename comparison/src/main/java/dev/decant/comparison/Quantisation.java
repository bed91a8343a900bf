package dev.decant.comparison;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Tells quantised ONNX files from others by the names of the operators in them, which stand there as plain text.
final class Quantisation {
    private static final int BLOCK = 1 << 20;
    private static final List<byte[]> OPERATORS = List.of("QuantizeLinear", "MatMulInteger", "MatMulNBits").stream()
            .map(name -> name.getBytes(StandardCharsets.US_ASCII))
            .toList();

    private Quantisation() {}

    static boolean in(Path onnx) throws IOException {
        byte[] block = new byte[BLOCK];
        int kept = 0;
        try (InputStream in = Files.newInputStream(onnx)) {
            for (int read = in.readNBytes(block, kept, BLOCK - kept); read > 0; ) {
                int end = kept + read;
                if (found(block, end)) {
                    return true;
                }
                // A name may lie across two blocks.
                kept = Math.min(end, 16);
                System.arraycopy(block, end - kept, block, 0, kept);
                read = in.readNBytes(block, kept, BLOCK - kept);
            }
        }
        return false;
    }

    private static boolean found(byte[] block, int end) {
        for (byte[] name : OPERATORS) {
            for (int i = 0; i <= end - name.length; i++) {
                if (block[i] == name[0] && matches(block, i, name)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean matches(byte[] block, int at, byte[] name) {
        for (int i = 1; i < name.length; i++) {
            if (block[at + i] != name[i]) {
                return false;
            }
        }
        return true;
    }
}
