package dev.decant.server.model;

import java.io.IOException;

/// Where models come from beside those named at the start.
@FunctionalInterface
public interface ModelRepository {
    /// No further models.
    ModelRepository NONE = () -> {};

    /// Makes known to the registry what is there now; nothing is loaded.
    void scan() throws IOException;
}
