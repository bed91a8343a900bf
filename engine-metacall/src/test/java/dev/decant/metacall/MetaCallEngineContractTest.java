package dev.decant.metacall;

import dev.decant.engine.Engine;
import dev.decant.engine.EngineContract;
import java.nio.file.Path;

/// The engine contract, with the script of the examples that needs the standard library only.
final class MetaCallEngineContractTest extends EngineContract {
    @Override
    protected Engine open() throws Exception {
        return MetaCalls.engine(MetaCallEngineOptions.of(
                Path.of(System.getProperty("decant.root"), "examples/python/ml_processor_plain.py")));
    }
}
