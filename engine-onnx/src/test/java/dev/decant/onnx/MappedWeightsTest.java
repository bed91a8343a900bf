package dev.decant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MappedWeightsTest {
    private static final long SEED = Long.getLong("decant.seed", 20_260_101L);

    @TempDir
    Path folder;

    private final byte[] content = new byte[5 << 20];

    private MappedWeights map(boolean packed) throws IOException {
        new Random(SEED).nextBytes(content);
        Path plain = Files.write(folder.resolve("plain"), content);
        Path sealed = folder.resolve("sealed");
        SealedFile.copy(plain, sealed);
        try (FileChannel channel = FileChannel.open(sealed)) {
            return MappedWeights.map(channel, SealedFile.check(channel), packed);
        }
    }

    @Test
    void theBytesStayTheSameHoweverOftenTheirPagesAreGivenBack() throws IOException {
        for (boolean packed : new boolean[] {true, false}) {
            try (MappedWeights weights = map(packed)) {
                ByteBuffer kept = weights.load(bytes -> {
                    // Long enough for pages to be given back under the reader.
                    for (int i = 0; i < 20; i++) {
                        assertThat(bytes.duplicate()).as("seed " + SEED).isEqualTo(ByteBuffer.wrap(content));
                    }
                    return bytes;
                });
                for (int run = 0; run < 50; run++) {
                    weights.ran();
                    assertThat(kept.get(run * 100_000)).isEqualTo(content[run * 100_000]);
                }
            }
        }
    }

    @Test
    void whatFailsWhileLoadingIsPassedOnAndTheMappingCanBeClosed() throws IOException {
        try (MappedWeights weights = map(true)) {
            assertThatThrownBy(() -> weights.load(_ -> {
                        throw new IOException("no session");
                    }))
                    .hasMessage("no session");
        }
    }

    @Test
    void anInterruptionWhileLoadingIsKept() throws IOException {
        try (MappedWeights weights = map(true)) {
            weights.load(bytes -> {
                Thread.currentThread().interrupt();
                return bytes;
            });
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aSealedCopyIsTakenAndADamagedOneIsNot() throws IOException {
        map(true).close();
        Path sealed = folder.resolve("sealed");
        byte[] bytes = Files.readAllBytes(sealed);
        for (int at : new int[] {0, 65_536, content.length - 1, content.length, bytes.length - 1}) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 1;
            Files.write(sealed, damaged);
            try (FileChannel channel = FileChannel.open(sealed)) {
                assertThatThrownBy(() -> SealedFile.check(channel))
                        .as("byte " + at)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("damaged");
            }
        }
    }
}
