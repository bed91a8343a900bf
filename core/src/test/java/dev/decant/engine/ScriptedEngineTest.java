package dev.decant.engine;

/// The contract holds for the engine that the other tests build on.
class ScriptedEngineTest extends EngineContract {
    @Override
    protected Engine open() {
        return new ScriptedEngine();
    }
}
