package dev.decant.formats;

import java.io.IOException;

/// Decodes a raw LZ4 block: sequences of literals and of copies of what came before them.
///
/// Source: Yann Collet, "LZ4 Block Format Description".
final class Lz4Block {
    private Lz4Block() {}

    /// Decodes all of `in` into `out`, which has exactly the block's decoded size.
    static void decode(byte[] in, byte[] out) throws IOException {
        try {
            int from = 0;
            int to = 0;
            while (from < in.length) {
                int token = in[from++] & 0xff;
                int literals = token >>> 4;
                if (literals == 15) {
                    int more;
                    do {
                        more = in[from++] & 0xff;
                        literals = Math.addExact(literals, more);
                    } while (more == 255);
                }
                System.arraycopy(in, from, out, to, literals);
                from += literals;
                to += literals;
                if (from == in.length) {
                    break; // The last sequence has no copy.
                }
                int distance = (in[from] & 0xff) | (in[from + 1] & 0xff) << 8;
                from += 2;
                int length = (token & 0xf) + 4;
                if (length == 19) {
                    int more;
                    do {
                        more = in[from++] & 0xff;
                        length = Math.addExact(length, more);
                    } while (more == 255);
                }
                if (distance == 0 || distance > to || length > out.length - to) {
                    throw new IOException("a copy in it reaches beyond its ends");
                }
                // Byte by byte: source and target may overlap, which repeats.
                for (int end = to + length; to < end; to++) {
                    out[to] = out[to - distance];
                }
            }
            if (to != out.length) {
                throw new IOException("it has another size than it says");
            }
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            throw new IOException("it ends too early", e);
        }
    }
}
