package dev.decant.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The processor time that the whole machine has spent since it started, ours and everybody's.
///
/// @param busySeconds over all processors, waiting for disks not counted; what a hypervisor took for other machines
///     counts as busy
record MachineLoad(double busySeconds) {
    /// The ticks of /proc/stat, which Linux fixes for user programs.
    private static final double TICKS = 100;

    private static final int IDLE = 4;
    private static final int WAITING_FOR_DISK = 5;
    /// Guests behind it are counted in user time already.
    private static final int STOLEN = 8;

    /// The time so far, or empty where the system does not say.
    static Optional<MachineLoad> soFar() {
        try {
            return Optional.of(of(Files.readAllLines(Path.of("/proc/stat"))));
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    static MachineLoad of(List<String> lines) {
        String[] fields = lines.getFirst().split(" +", -1);
        long ticks = 0;
        for (int i = 1; i <= STOLEN; i++) {
            ticks += i == IDLE || i == WAITING_FOR_DISK ? 0 : Long.parseLong(fields[i]);
        }
        return new MachineLoad(ticks / TICKS);
    }
}
