package dev.decant.python;

import dev.decant.engine.Engine;
import dev.decant.script.ScriptFaultContract;
import dev.decant.script.ScriptRun;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;

/// What a user's script can do wrong in the embedded Python.
final class ScriptFaultTest extends ScriptFaultContract {
    @BeforeAll
    static void needsPython() {
        Pythons.start().close();
    }

    @Override
    protected Class<? extends ScriptRun.Opener> opener() {
        return Opener.class;
    }

    /// Opens the engine with the python of the tests.
    public static final class Opener implements ScriptRun.Opener {
        @Override
        public Engine open(Path script, String function) throws IOException {
            return PythonEngine.open(PythonEngineOptions.of(script)
                    .withFunction(function)
                    .withPython(PythonOptions.DEFAULT.withPython(Pythons.chosen())));
        }
    }
}
