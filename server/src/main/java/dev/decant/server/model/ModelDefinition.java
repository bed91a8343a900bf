package dev.decant.server.model;

import dev.decant.engine.Engine;
import java.io.IOException;
import java.util.regex.Pattern;

/// A model that can be served: its name, and how its engine is opened.
///
/// @param name what clients call it: letters, digits, `.`, `_` and `-`, 128 at most
/// @param version the version that clients see, such as `1`
/// @param workers calls that run at once; at most the engine's concurrency is used
/// @param stamp changes when what the model is made of does
/// @param opener opens the engine; called again for each load
public record ModelDefinition(String name, String version, int workers, String stamp, Opener opener) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    public ModelDefinition {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no name for a model: use letters, digits, '.', '_' and '-', 128 at most");
        }
        if (workers < 1) {
            throw new IllegalArgumentException("at least one worker is needed, not " + workers);
        }
    }

    /// A model that never changes while it is served.
    public static ModelDefinition of(String name, int workers, Opener opener) {
        return new ModelDefinition(name, "1", workers, "", opener);
    }

    /// Whether a model can have this name.
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /// Opens an engine; whoever calls it closes the engine.
    @FunctionalInterface
    public interface Opener {
        Engine open() throws IOException;
    }
}
