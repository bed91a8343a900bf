package dev.decant.data;

/// Messages for the user: one line, whatever names of columns or files are in them.
final class OneLine {
    private OneLine() {}

    /// The message with a space for each line end and control character, which a terminal might obey.
    static String of(String message) {
        for (int i = 0; i < message.length(); i++) {
            if (unfit(message.charAt(i))) {
                StringBuilder line = new StringBuilder(message);
                for (int k = i; k < line.length(); k++) {
                    if (unfit(line.charAt(k))) {
                        line.setCharAt(k, ' ');
                    }
                }
                return line.toString();
            }
        }
        return message;
    }

    private static boolean unfit(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }
}
