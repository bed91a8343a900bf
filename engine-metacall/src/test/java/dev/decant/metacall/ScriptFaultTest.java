package dev.decant.metacall;

import dev.decant.engine.Engine;
import dev.decant.script.ScriptFaultContract;
import dev.decant.script.ScriptRun;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;

/// What a user's script can do wrong, through MetaCall.
final class ScriptFaultTest extends ScriptFaultContract {
    @BeforeAll
    static void needsMetaCall() {
        MetaCallInstallation ignored = MetaCalls.needed();
    }

    @Override
    protected Class<? extends ScriptRun.Opener> opener() {
        return Opener.class;
    }

    /// Opens the engine with the MetaCall of the tests.
    public static final class Opener implements ScriptRun.Opener {
        @Override
        public Engine open(Path script, String function) throws IOException {
            return MetaCallEngine.open(
                    MetaCallEngineOptions.of(script).withFunction(function).withFolder(MetaCalls.chosen()));
        }
    }
}
