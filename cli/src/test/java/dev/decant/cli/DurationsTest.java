package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class DurationsTest {
    @Test
    void durationsAreReadAsPeopleWriteThem() {
        Durations durations = new Durations();
        assertThat(durations.convert("500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(durations.convert("30s")).isEqualTo(Duration.ofSeconds(30));
        assertThat(durations.convert("30")).isEqualTo(Duration.ofSeconds(30));
        assertThat(durations.convert(" 2 M ")).isEqualTo(Duration.ofMinutes(2));
        assertThat(durations.convert("1h")).isEqualTo(Duration.ofHours(1));
        for (String wrong : new String[] {"", "-1s", "1.5s", "s", "99999999999s", "1d"}) {
            assertThatThrownBy(() -> durations.convert(wrong)).isInstanceOf(TypeConversionException.class);
        }
    }

    @Test
    void durationsAreToldInTheUnitThatFits() {
        assertThat(Durations.text(Duration.ofMillis(850))).isEqualTo("850 ms");
        assertThat(Durations.text(Duration.ofMillis(12_345))).isEqualTo("12.3 s");
        assertThat(Durations.text(Duration.ofSeconds(245))).isEqualTo("4 min 05 s");
        assertThat(Durations.text(Duration.ofMinutes(130))).isEqualTo("2 h 10 min");
    }
}
