package dev.decant.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MachineLoadTest {
    @Test
    void idleAndWaitingForDisksAreNotBusyAndGuestsAreCountedOnce() {
        // user nice system idle iowait irq softirq steal guest guest_nice, in hundredths of a second
        MachineLoad load = MachineLoad.of(List.of("cpu  100 20 30 9000 800 4 5 6 50 7", "cpu0 1 1 1 1"));
        assertThat(load.busySeconds()).isEqualTo(1.65);
    }
}
