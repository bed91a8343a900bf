package dev.decant.formats;

import dev.decant.data.DataException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/// A checkpoint, as it is and with the checksum that it should have: no error but a refused file; written and read
/// again, the same.
public final class CheckpointFuzz {
    private CheckpointFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) throws DataException {
        decode(data);
        CRC32C crc = new CRC32C();
        crc.update(data);
        byte[] end = String.format("end %08x\n", crc.getValue()).getBytes(StandardCharsets.UTF_8);
        byte[] sealed = java.util.Arrays.copyOf(data, data.length + end.length);
        System.arraycopy(end, 0, sealed, data.length, end.length);
        decode(sealed);
    }

    private static void decode(byte[] data) throws DataException {
        Checkpoint checkpoint;
        try {
            checkpoint = Checkpoint.decode("x", data);
        } catch (DataException e) {
            Properties.needOneLine(e);
            return;
        }
        Properties.need(
                checkpoint.equals(Checkpoint.decode("x", checkpoint.encode())),
                "another checkpoint when written again");
        Properties.need(
                checkpoint.rows().in()
                        == checkpoint.rows().scored()
                                + checkpoint.rows().failed()
                                + checkpoint.rows().skipped(),
                "rows that are not accounted for");
        Properties.need(checkpoint.outputBytes() >= 0, "a length below zero");
    }
}
