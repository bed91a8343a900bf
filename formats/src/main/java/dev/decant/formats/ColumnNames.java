package dev.decant.formats;

import dev.decant.data.DataException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds the text column among a input's columns, or says why not.
final class ColumnNames {
    /// How many columns a message lists.
    private static final int LISTED = 30;
    /// No name in a message's search is compared beyond this many characters.
    private static final int COMPARED = 64;

    private ColumnNames() {}

    /// The text column's name.
    ///
    /// @param asked the option's value, or null where there was none
    /// @throws DataException where it is absent, there twice, or not told among several
    static String find(String input, @Nullable String asked, List<String> columns) throws DataException {
        if (asked == null) {
            if (columns.size() == 1) {
                return columns.getFirst();
            }
            throw new DataException(input + ": which column holds the text? Name it with --text: " + listed(columns));
        }
        int times = Collections.frequency(columns, asked);
        if (times > 1) {
            throw new DataException(input + ": " + times + " columns are called '" + asked
                    + "'; rename all but one, or read the file with --no-header and give --text a number");
        }
        if (times == 0) {
            throw missing(input, asked, columns);
        }
        return asked;
    }

    private static DataException missing(String input, String asked, List<String> columns) {
        String message = input + " has no column '" + asked + "' (--text); its columns are: " + listed(columns) + ".";
        if (columns.size() == 1) {
            for (char delimiter : new char[] {';', '\t', '|', ','}) {
                if (columns.getFirst().indexOf(delimiter) >= 0) {
                    String shown = delimiter == '\t' ? "a tab (--format tsv)" : "'" + delimiter + "' (--delimiter)";
                    return new DataException(message + " Is the delimiter " + shown + "?");
                }
            }
        }
        String nearest = nearest(asked, columns);
        return new DataException(nearest == null ? message : message + " Did you mean '" + nearest + "'?");
    }

    static String listed(List<String> columns) {
        String names = String.join(", ", columns.subList(0, Math.min(columns.size(), LISTED)));
        String more = columns.size() > LISTED ? ", ... (" + columns.size() + " in all)" : "";
        return names.replaceAll("\\p{Cntrl}", " ") + more;
    }

    /// The column that is most like the one asked for, or null where none is near.
    static @Nullable String nearest(String asked, List<String> columns) {
        for (String column : columns) {
            if (column.strip().equalsIgnoreCase(asked.strip())) {
                return column;
            }
        }
        String wanted = comparable(asked);
        String nearest = null;
        int least = Math.max(2, wanted.length() / 3) + 1;
        for (String column : columns) {
            int distance = distance(wanted, comparable(column));
            if (distance < least && distance < Math.max(wanted.length(), column.length())) {
                least = distance;
                nearest = column;
            }
        }
        return nearest;
    }

    private static String comparable(String name) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        return lower.substring(0, Math.min(lower.length(), COMPARED));
    }

    /// The edit distance (Levenshtein): the least number of characters put in, left out or exchanged.
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int exchanged = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(exchanged, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
