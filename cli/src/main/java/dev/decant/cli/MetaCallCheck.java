package dev.decant.cli;

import dev.decant.metacall.MetaCallInstallation;
import dev.decant.metacall.MetaCallStartException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Looks for MetaCall and its Python loader, and opens its library; it is not started, since this process may run a
/// Python already.
final class MetaCallCheck {
    private MetaCallCheck() {}

    static Finding metaCall(@Nullable Path folder) {
        try {
            MetaCallInstallation installation = MetaCallInstallation.find(folder);
            return Finding.ok("metacall", installation.version() + ", " + installation.library());
        } catch (MetaCallStartException e) {
            return Finding.none("metacall", e.getMessage() + "; needed only for --engine metacall");
        }
    }
}
