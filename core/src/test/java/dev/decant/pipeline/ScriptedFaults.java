package dev.decant.pipeline;

/// Throws what a signature does not allow, as native code and careless libraries do.
final class ScriptedFaults {
    private ScriptedFaults() {}

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <T extends Throwable> RuntimeException sneaky(Throwable fault) throws T {
        throw (T) fault;
    }
}
