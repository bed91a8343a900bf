package dev.decant.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ScriptTextTest {
    @Test
    void costFollowsTheTextAndItsScript() {
        assertThat(ScriptText.of("").cost()).isEqualTo(2);
        assertThat(ScriptText.of("x".repeat(400)).cost()).isEqualTo(102);
        assertThat(ScriptText.of("文".repeat(400)).cost()).isEqualTo(402);
    }
}
