package dev.decant.comparison;

import java.util.ArrayList;
import java.util.List;

/// How far an approach's labels are those of the first approach with the same model.
///
/// @param reference the approach that is compared with
/// @param rows rows compared
/// @param disagreements rows with another label, or with none
/// @param allowed how many of those the quantisation allowance lets pass; 0 where neither approach is quantised
/// @param examples the first of them
public record Agreement(String reference, int rows, int disagreements, int allowed, List<Disagreement> examples) {
    /// The most disagreements that are kept with their text.
    static final int MOST_EXAMPLES = 20;

    /// One row with two labels.
    ///
    /// @param row its index, from 0
    /// @param expected the reference's label; empty where it has none
    /// @param found the approach's own
    public record Disagreement(int row, String text, String expected, String found) {}

    public Agreement {
        examples = List.copyOf(examples);
    }

    /// Compares row by row; a row that one of the two lacks disagrees.
    static Agreement of(String reference, Labels expected, Labels found, List<String> texts, double allowance) {
        int rows = texts.size();
        int disagreements = 0;
        List<Disagreement> examples = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            String wanted = row < expected.values().size() ? expected.values().get(row) : "";
            String given = row < found.values().size() ? found.values().get(row) : "";
            if (given.isEmpty() || !given.equals(wanted)) {
                disagreements++;
                if (examples.size() < MOST_EXAMPLES) {
                    examples.add(new Disagreement(row, texts.get(row), wanted, given));
                }
            }
        }
        return new Agreement(reference, rows, disagreements, (int) Math.floor(rows * allowance), examples);
    }

    /// Whether the labels are as near as they must be.
    public boolean holds() {
        return disagreements <= allowed;
    }

    /// The part of the rows that have the same label, 0 to 1.
    public double share() {
        return rows == 0 ? 1 : 1 - (double) disagreements / rows;
    }

    /// The one of two that is worse.
    static Agreement worse(Agreement one, Agreement other) {
        return other.disagreements > one.disagreements ? other : one;
    }
}
