package dev.decant.data;

import java.util.List;

/// What one row ended as: every row ends as exactly one of these, none is lost.
public sealed interface Outcome {
    /// The model answered.
    ///
    /// @param scores the labels with their scores, best first; never empty
    /// @param truncated whether the text was longer than the model's longest input and was cut
    record Scored(List<LabelScore> scores, boolean truncated) implements Outcome {
        public Scored {
            if (scores.isEmpty()) {
                throw new IllegalArgumentException("a scored row has at least one label");
            }
        }

        /// The best label.
        public LabelScore best() {
            return scores.getFirst();
        }
    }

    /// The row could not be scored.
    ///
    /// @param kind what failed
    /// @param message one line for the user
    record Failed(Kind kind, String message) implements Outcome {}

    /// The row has nothing to score.
    ///
    /// @param reason such as `empty text`
    record Skipped(String reason) implements Outcome {}

    /// What made a row fail.
    enum Kind {
        /// The input's record could not be read.
        MALFORMED_RECORD,
        /// The engine could not prepare the text.
        UNUSABLE_TEXT,
        /// The engine's call failed, and went on failing with this row alone.
        ENGINE_FAULT,
        /// The engine answered, but not with one result for this row.
        WRONG_RESULT,
        /// The engine did not answer in time.
        TIMEOUT
    }
}
