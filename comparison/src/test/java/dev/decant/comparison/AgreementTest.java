package dev.decant.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgreementTest {
    private static final List<String> TEXTS = List.of("one", "two", "three", "four");

    private static Agreement compare(List<String> expected, List<String> found, double allowance) {
        return Agreement.of("first", new Labels(expected, Map.of()), new Labels(found, Map.of()), TEXTS, allowance);
    }

    @Test
    void theSameLabelsAgree() {
        Agreement agreement = compare(List.of("a", "b", "a", "a"), List.of("a", "b", "a", "a"), 0);
        assertThat(agreement.disagreements()).isZero();
        assertThat(agreement.holds()).isTrue();
        assertThat(agreement.share()).isEqualTo(1);
    }

    @Test
    void oneOtherLabelFailsWhereNothingIsAllowed() {
        Agreement agreement = compare(List.of("a", "b", "a", "a"), List.of("a", "b", "b", "a"), 0);
        assertThat(agreement.holds()).isFalse();
        assertThat(agreement.examples()).containsExactly(new Agreement.Disagreement(2, "three", "a", "b", ""));
    }

    @Test
    void theAllowanceIsRoundedDown() {
        List<String> labels = List.of("a", "b", "a", "a");
        List<String> other = List.of("a", "b", "b", "a");
        assertThat(compare(labels, other, 0.24).holds()).isFalse();
        assertThat(compare(labels, other, 0.25).holds()).isTrue();
    }

    @Test
    void aRowWithoutALabelDisagreesEvenIfTheReferenceHasNoneEither() {
        assertThat(compare(List.of("a", "", "a", "a"), List.of("a", "", "a", "a"), 0)
                        .disagreements())
                .isEqualTo(1);
        assertThat(compare(List.of("a", "b", "a", "a"), List.of("a", "b"), 0).disagreements())
                .isEqualTo(2);
    }

    @Test
    void noAllowanceCoversARowThatFailed() {
        Labels found = new Labels(List.of("a", "b", "", "a"), Map.of(2, "status 422: too long"));
        Agreement agreement = Agreement.of("first", new Labels(List.of("a", "b", "a", "a"), Map.of()), found, TEXTS, 1);
        assertThat(agreement.unlabelled()).isEqualTo(1);
        assertThat(agreement.holds()).isFalse();
        assertThat(agreement.examples())
                .containsExactly(new Agreement.Disagreement(2, "three", "a", "", "status 422: too long"));
    }

    @Test
    void aRepeatWithAFailedRowIsWorseThanOneWithOtherLabels() {
        Agreement failed = compare(List.of("a", "b", "a", "a"), List.of("a", "b", "a", ""), 1);
        Agreement differs = compare(List.of("a", "b", "a", "a"), List.of("b", "a", "b", "a"), 1);
        assertThat(Agreement.worse(differs, failed)).isEqualTo(failed);
        assertThat(Agreement.worse(failed, differs)).isEqualTo(failed);
    }

    @Test
    void onlyTheFirstExamplesAreKept() {
        List<String> texts = Collections.nCopies(100, "text");
        Agreement agreement = Agreement.of(
                "first",
                new Labels(Collections.nCopies(100, "a"), Map.of()),
                new Labels(Collections.nCopies(100, "b"), Map.of()),
                texts,
                0);
        assertThat(agreement.disagreements()).isEqualTo(100);
        assertThat(agreement.examples()).hasSize(Agreement.MOST_EXAMPLES);
    }
}
