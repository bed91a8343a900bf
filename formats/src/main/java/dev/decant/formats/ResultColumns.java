package dev.decant.formats;

import dev.decant.data.DataException;
import dev.decant.data.LabelScore;
import dev.decant.data.Outcome;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The columns that are added to the input's: `label`, `score`, `label_2`, `score_2`, ..., `score_LABEL`, ... and,
/// last,
/// `error`, each behind the prefix.
final class ResultColumns {
    private final List<String> names;
    private final String error;
    private final int topK;
    /// The place of each label's score; empty where they are not asked for.
    private final Map<String, Integer> places = new HashMap<>();

    ResultColumns(OutputOptions options) throws DataException {
        String prefix = options.prefix();
        topK = options.topK();
        List<String> columns = new ArrayList<>();
        for (int k = 1; k <= topK; k++) {
            String rank = k == 1 ? "" : "_" + k;
            columns.add(prefix + "label" + rank);
            columns.add(prefix + "score" + rank);
        }
        if (options.allScores()) {
            for (String label : options.labels()) {
                places.put(label, columns.size());
                columns.add(prefix + "score_" + label);
            }
        }
        names = List.copyOf(columns);
        error = prefix + "error";
        Set<String> seen = new HashSet<>();
        for (String name : all()) {
            if (!seen.add(name)) {
                throw new DataException("two of the output's own columns would be called '" + name
                        + "' with these labels; ask for --scores or for --top-k, not for both");
            }
        }
    }

    /// The columns for labels and scores.
    List<String> names() {
        return names;
    }

    /// The column that says why a row has no label.
    String error() {
        return error;
    }

    /// All of them, in order.
    List<String> all() {
        List<String> all = new ArrayList<>(names);
        all.add(error);
        return all;
    }

    /// Whether the column of this number holds a label; the others hold scores.
    boolean isLabel(int column) {
        return column < 2 * topK && column % 2 == 0;
    }

    /// Refuses an input that has a column of one of these names.
    void check(String input, Collection<String> columns) throws DataException {
        Set<String> theirs = new HashSet<>(columns);
        List<String> both = all().stream().filter(theirs::contains).toList();
        if (!both.isEmpty()) {
            throw new DataException(input + " has " + (both.size() == 1 ? "a column '" : "columns '")
                    + String.join("', '", both) + "' of its own, and the output would have "
                    + (both.size() == 1 ? "it" : "them")
                    + " twice; name ours otherwise with --output-prefix, such as --output-prefix decant_");
        }
    }

    /// Puts the labels and scores of a row into `cells`, as text; null where there is none.
    void fill(Outcome outcome, @Nullable String[] cells) {
        Arrays.fill(cells, null);
        if (!(outcome instanceof Outcome.Scored scored)) {
            return;
        }
        List<LabelScore> scores = scored.scores();
        int best = Math.min(topK, scores.size());
        for (int k = 0; k < best; k++) {
            cells[2 * k] = scores.get(k).label();
            cells[2 * k + 1] = text(scores.get(k).score());
        }
        if (!places.isEmpty()) {
            for (LabelScore score : scores) {
                Integer place = places.get(score.label());
                if (place != null) {
                    cells[place] = text(score.score());
                }
            }
        }
    }

    /// Why a row has no label, or null where it has one.
    static @Nullable String errorOf(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Scored _ -> null;
            case Outcome.Failed failed -> failed.message();
            case Outcome.Skipped skipped -> "skipped: " + skipped.reason();
        };
    }

    /// The shortest decimal number that is this float and no other, without an exponent.
    static String text(float score) {
        String shortest = Float.toString(score);
        if (shortest.indexOf('E') < 0) {
            return shortest;
        }
        return new BigDecimal(shortest).stripTrailingZeros().toPlainString();
    }
}
