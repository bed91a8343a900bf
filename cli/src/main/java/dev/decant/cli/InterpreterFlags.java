package dev.decant.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say what runs a Python file.
final class InterpreterFlags {
    /// What can run a Python file in this process; named as users type it.
    enum Interpreter {
        /// CPython itself.
        PYTHON,
        /// The Python of a MetaCall that the user has installed.
        METACALL
    }

    @Option(
            names = "--engine",
            paramLabel = "python|metacall",
            description = "What runs the Python file: Decant's own Python, or a MetaCall that is installed here."
                    + " Default: python.")
    private @Nullable Interpreter engine;

    @Option(
            names = "--python",
            paramLabel = "PROGRAM",
            description = "The python that it runs with, such as ./venv/bin/python. Default: that of VIRTUAL_ENV, else"
                    + " python3.")
    private @Nullable String python;

    @Option(
            names = "--metacall",
            paramLabel = "FOLDER",
            description = "Where MetaCall is, for --engine metacall. Default: METACALL_INSTALL_PATH,"
                    + " LOADER_LIBRARY_PATH, the folders of the system's libraries.")
    private @Nullable Path metaCall;

    /// Whether any of these options is given.
    boolean given() {
        return engine != null || python != null || metaCall != null;
    }

    /// What runs the file.
    Interpreter engine() {
        boolean metaCallChosen = engine == Interpreter.METACALL;
        if (metaCallChosen && python != null) {
            throw new IllegalArgumentException(
                    "--python goes with --engine python: MetaCall runs the Python that it was"
                            + " built with; packages come from the virtual environment whose bin is first on the PATH, or from"
                            + " PYTHONPATH");
        }
        if (!metaCallChosen && metaCall != null) {
            throw new IllegalArgumentException("--metacall FOLDER goes with --engine metacall; give both");
        }
        return metaCallChosen ? Interpreter.METACALL : Interpreter.PYTHON;
    }

    void tell(SequencedMap<String, String> settings) {
        settings.put("--engine", engine().toString().toLowerCase(Locale.ROOT));
        settings.put("--python", Objects.requireNonNullElse(python, ""));
        settings.put("--metacall", metaCall == null ? "" : metaCall.toString());
    }

    @Nullable
    String python() {
        return python;
    }

    @Nullable
    Path metaCall() {
        return metaCall;
    }
}
