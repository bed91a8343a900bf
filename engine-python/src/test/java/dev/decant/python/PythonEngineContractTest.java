package dev.decant.python;

import dev.decant.engine.Engine;
import dev.decant.engine.EngineContract;
import java.nio.file.Path;

/// The engine contract, with the script of the examples that needs the standard library only.
final class PythonEngineContractTest extends EngineContract {
    @Override
    protected Engine open() throws Exception {
        return Pythons.engine(PythonEngineOptions.of(
                        Path.of(System.getProperty("decant.root"), "examples/python/ml_processor_plain.py"))
                .withPython(PythonOptions.DEFAULT.withParallelism(2)));
    }
}
