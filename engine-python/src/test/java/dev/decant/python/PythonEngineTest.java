package dev.decant.python;

import dev.decant.engine.Engine;
import dev.decant.script.ScriptEngineContract;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What an engine over scripts keeps, with the embedded Python.
final class PythonEngineTest extends ScriptEngineContract {
    @Override
    protected Engine open(Path script, @Nullable String device, int warmUpCalls) throws Exception {
        return Pythons.engine(PythonEngineOptions.of(script).withDevice(device).withWarmUpCalls(warmUpCalls));
    }
}
