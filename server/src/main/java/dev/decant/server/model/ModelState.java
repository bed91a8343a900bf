package dev.decant.server.model;

/// What a model in the registry is doing.
///
/// @param name the model's name
/// @param version its version, empty where it has never been loaded
/// @param phase what it is doing
/// @param reason why it is not ready, or why its last load failed; empty where there is nothing to say
public record ModelState(String name, String version, Phase phase, String reason) {
    /// What a model can be doing; the names are those of the repository API.
    public enum Phase {
        /// It can be loaded, and is not.
        UNAVAILABLE,
        /// It is being opened for the first time.
        LOADING,
        /// It serves.
        READY,
        /// It runs what it has accepted, and goes.
        UNLOADING
    }
}
