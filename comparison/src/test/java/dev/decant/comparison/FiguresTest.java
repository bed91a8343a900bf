package dev.decant.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What is worked out of the measurements.
class FiguresTest {
    private static ScalingSeries.Point point(int count, double bytes) {
        return new ScalingSeries.Point(count, 1, List.of(Reports.run(10, (long) bytes)), Optional.empty());
    }

    @Test
    void eachMoreCostsTheSlopeOfTheLine() {
        ScalingSeries line = new ScalingSeries(
                "x", "process", List.of(point(1, 700e6), point(2, 1200e6), point(4, 2200e6), point(8, 4200e6)));
        assertThat(line.bytesForEachMore().orElseThrow()).isCloseTo(500e6, offset(1.0));
    }

    @Test
    void whatEachMoreCostsIsToldAsFarAsPeaksCanTellIt() {
        assertThat(new ScalingSeries("x", "request", List.of(point(1, 150e6), point(8, 150.1e6))).memoryForEachMore())
                .contains("under 1 MB");
        assertThat(new ScalingSeries("x", "request", List.of(point(1, 150e6), point(1001, 170e6))).memoryForEachMore())
                .contains("20.0 KB");
        assertThat(new ScalingSeries("x", "request", List.of(point(1, 150e6), point(1001, 149e6))).memoryForEachMore())
                .contains("under 7 KB");
        assertThat(new ScalingSeries("x", "process", List.of(point(1, 500e6), point(2, 1000e6))).memoryForEachMore())
                .contains("500 MB");
    }

    @Test
    void onePointHasNoSlope() {
        ScalingSeries.Point left = new ScalingSeries.Point(2, 1, List.of(), Optional.of("left out"));
        assertThat(new ScalingSeries("x", "worker", List.of(point(1, 1e6), left)).bytesForEachMore())
                .isEmpty();
    }

    @Test
    void aMillionTextsCostWhatTheRunDidManyTimesOver() {
        // 10 s on the clock and 20 s of CPU for 1,000 texts, with 2 GB.
        ApproachResult.Measured measured =
                new ApproachResult.Measured(List.of(Reports.run(10, 2_000_000_000L)), Map.of(), Optional.empty());
        Cost cost = Cost.of(measured, 1_000, new Cost.Prices(0.36, 0.036));
        assertThat(cost.cpuHours()).isCloseTo(20_000 / 3600.0, offset(1e-9));
        assertThat(cost.gigabyteHours()).isCloseTo(2 * 10_000 / 3600.0, offset(1e-9));
        assertThat(cost.price()).isCloseTo(2 + 0.2, offset(1e-9));
        assertThatThrownBy(() -> new Cost.Prices(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void samplingKeepsToItsShareOfTheTimeWithinItsBounds() {
        SamplingPolicy policy = new SamplingPolicy(0.1, Duration.ofMillis(20), Duration.ofMillis(500));
        assertThat(policy.waitNanos(10_000_000)).isEqualTo(90_000_000);
        assertThat(policy.waitNanos(100_000)).isEqualTo(20_000_000);
        assertThat(policy.waitNanos(900_000_000)).isEqualTo(500_000_000);
        assertThat(SamplingPolicy.fixed(Duration.ofMillis(50)).waitNanos(40_000_000))
                .isEqualTo(50_000_000);
    }

    @Test
    void aNameThatIsNoApproachIsRefusedWithThoseThatAre() {
        assertThatThrownBy(() -> Approaches.choose(List.of("python-singel"), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--only: no approach is called 'python-singel'; there are python-single, ");
        assertThatThrownBy(() -> Approaches.choose(List.of("python-single"), List.of("python-single")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Approaches.choose(List.of("decant-onnx-int8", "python-single"), List.of()))
                .extracting(Approach::name)
                .containsExactly("python-single", "decant-onnx-int8");
    }
}
