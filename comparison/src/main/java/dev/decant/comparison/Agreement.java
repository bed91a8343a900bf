package dev.decant.comparison;

import java.util.ArrayList;
import java.util.List;

/// How far an approach's labels are those of the first approach with the same model.
///
/// @param reference the approach that is compared with
/// @param rows rows compared
/// @param disagreements rows with another label, or with none
/// @param unlabelled those of them with none: they failed, and no allowance covers that
/// @param allowed how many of those the quantisation allowance lets pass; 0 where neither approach is quantised
/// @param examples the first of them
public record Agreement(
        String reference, int rows, int disagreements, int unlabelled, int allowed, List<Disagreement> examples) {
    /// The most disagreements that are kept with their text.
    static final int MOST_EXAMPLES = 20;

    /// One row with two labels.
    ///
    /// @param row its index, from 0
    /// @param expected the reference's label; empty where it has none
    /// @param found the approach's own; empty where it has none
    /// @param fault why it has none, where it says so; else empty
    public record Disagreement(int row, String text, String expected, String found, String fault) {
        Disagreement withFault(String other) {
            return new Disagreement(row, text, expected, found, other);
        }
    }

    public Agreement {
        examples = List.copyOf(examples);
    }

    /// Compares row by row; a row that one of the two lacks disagrees.
    static Agreement of(String reference, Labels expected, Labels found, List<String> texts, double allowance) {
        int rows = texts.size();
        int disagreements = 0;
        int unlabelled = 0;
        List<Disagreement> examples = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            String wanted = row < expected.values().size() ? expected.values().get(row) : "";
            String given = row < found.values().size() ? found.values().get(row) : "";
            if (given.isEmpty() || !given.equals(wanted)) {
                disagreements++;
                unlabelled += given.isEmpty() ? 1 : 0;
                if (examples.size() < MOST_EXAMPLES) {
                    examples.add(new Disagreement(row, texts.get(row), wanted, given, found.fault(row)));
                }
            }
        }
        return new Agreement(reference, rows, disagreements, unlabelled, (int) Math.floor(rows * allowance), examples);
    }

    /// Whether the labels are as near as they must be.
    public boolean holds() {
        return unlabelled == 0 && disagreements <= allowed;
    }

    /// The part of the rows that have the same label, 0 to 1.
    public double share() {
        return rows == 0 ? 1 : 1 - (double) disagreements / rows;
    }

    Agreement withExamples(List<Disagreement> others) {
        return new Agreement(reference, rows, disagreements, unlabelled, allowed, others);
    }

    /// The one of two that is worse.
    static Agreement worse(Agreement one, Agreement other) {
        boolean more = other.unlabelled == one.unlabelled
                ? other.disagreements > one.disagreements
                : other.unlabelled > one.unlabelled;
        return more ? other : one;
    }
}
