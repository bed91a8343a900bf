package dev.decant.cli;

import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.System.LoggerFinder;
import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/// The program's own log: warnings and errors, a line each, to the standard error.
///
/// Found by the JDK as a service. The JDK's own logging is left out with it, which takes time and memory at
/// the start. Of the HTTP library only errors are told; where it cannot listen, the command itself says so.
public final class ProgramLog extends LoggerFinder {
    private static final String HTTP_LIBRARY = "io.helidon.";
    private static final String HTTP_START = "io.helidon.webserver.LoomServer";

    /// Called by the JDK.
    public ProgramLog() {}

    @Override
    public Logger getLogger(String name, Module module) {
        Level least = Level.WARNING;
        if (name.startsWith(HTTP_LIBRARY)) {
            least = name.equals(HTTP_START) ? Level.OFF : Level.ERROR;
        }
        return new Lines(name, least, System.err);
    }

    private record Lines(String name, Level least, PrintStream err) implements Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            return least != Level.OFF && level.getSeverity() >= least.getSeverity();
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, String message, @Nullable Throwable thrown) {
            if (!isLoggable(level)) {
                return;
            }
            err.println("decant: " + (level == Level.ERROR ? "error: " : "warning: ") + message
                    + (thrown == null ? "" : ": " + thrown));
            if (thrown != null && level == Level.ERROR) {
                thrown.printStackTrace(err);
            }
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, String format, @Nullable Object... values) {
            if (isLoggable(level)) {
                boolean plain = values == null || values.length == 0;
                log(level, bundle, plain ? format : MessageFormat.format(format, values), (Throwable) null);
            }
        }
    }
}
