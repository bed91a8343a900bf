package dev.decant.cli;

import java.util.Locale;

/// What a check of `decant doctor` has found.
///
/// @param state whether it works
/// @param subject what was looked at
/// @param text what was found, and how to mend it
record Finding(State state, String subject, String text) {
    enum State {
        /// It works.
        OK,
        /// It is not there, and the main job can do without.
        NONE,
        /// The main job cannot run.
        BAD
    }

    static Finding ok(String subject, String text) {
        return new Finding(State.OK, subject, text);
    }

    static Finding none(String subject, String text) {
        return new Finding(State.NONE, subject, text);
    }

    static Finding bad(String subject, String text) {
        return new Finding(State.BAD, subject, text);
    }

    String line() {
        return String.format(Locale.ROOT, "%-5s %-10s %s", state.name().toLowerCase(Locale.ROOT), subject, text);
    }
}
