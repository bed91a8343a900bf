package dev.decant.formats;

/// Keeps a spreadsheet from running a cell's text as a formula: an apostrophe is put before the character that would
/// begin one, and the cell is text.
///
/// Such characters are `=`, `+`, `-` and `@`, their full-width forms too, behind white space and quotes as well; and
/// a tab or line end that a cell begins with. A spreadsheet may take another delimiter than the file's (Excel takes
/// that of the user's country) and then reads quotes as plain characters, so they count behind `,`, `;`, tabs and line
/// ends within a text, too. A cell that is a number as a whole, such as `-12.5`, stays as it is.
///
/// Source: OWASP, "CSV Injection".
final class Formulas {
    private Formulas() {}

    /// The cell's text, fit for a spreadsheet; the same string where nothing in it is dangerous.
    ///
    /// @param delimiter what stands between the file's cells
    static String neutral(String cell, char delimiter) {
        int length = cell.length();
        if (length == 0 || number(cell)) {
            return cell;
        }
        StringBuilder safe = null;
        int done = 0;
        if ("\t\r\n".indexOf(cell.charAt(0)) >= 0) {
            safe = new StringBuilder(length + 8).append('\'');
        }
        boolean first = true; // of a cell, as some reader may cut it
        for (int i = 0; i < length; i++) {
            char c = cell.charAt(i);
            if (first && begins(c)) {
                if (safe == null) {
                    safe = new StringBuilder(length + 8);
                }
                safe.append(cell, done, i).append('\'');
                done = i;
            }
            first = separates(c, delimiter) || (first && passedOver(c));
        }
        return safe == null ? cell : safe.append(cell, done, length).toString();
    }

    private static boolean begins(char c) {
        return switch (c) {
            case '=', '+', '-', '@', '\uff1d', '\uff0b', '\uff0d', '\uff20' -> true;
            default -> false;
        };
    }

    private static boolean separates(char c, char delimiter) {
        return c == ',' || c == ';' || c == '\t' || c == '\n' || c == '\r' || c == delimiter;
    }

    private static boolean passedOver(char c) {
        return c == '"'
                || c <= ' '
                || Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || Character.getType(c) == Character.FORMAT
                || Character.isISOControl(c);
    }

    /// Whether the text is a number: a sign, digits with points or commas among them, an exponent. No spreadsheet finds
    /// anything to run in it.
    private static boolean number(String text) {
        int i = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
        int digits = 0;
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                digits++;
            } else if (c != '.' && c != ',') {
                break;
            }
        }
        if (digits == 0) {
            return false;
        }
        if (i < text.length() && (text.charAt(i) == 'e' || text.charAt(i) == 'E')) {
            i++;
            if (i < text.length() && (text.charAt(i) == '-' || text.charAt(i) == '+')) {
                i++;
            }
            int exponent = i;
            while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
                i++;
            }
            return i == text.length() && i > exponent;
        }
        return i == text.length();
    }
}
