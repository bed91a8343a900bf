package dev.decant.metacall;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// The MetaCall of this machine, for tests: that of the system property `decant.metacall`, else the one that is found.
final class MetaCalls {
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private MetaCalls() {}

    static @Nullable Path chosen() {
        String folder = System.getProperty("decant.metacall");
        return folder == null ? null : Path.of(folder);
    }

    /// Skips the test where there is none; why is printed once, too.
    static MetaCallInstallation needed() {
        try {
            return MetaCallInstallation.find(chosen());
        } catch (MetaCallStartException e) {
            String why = "skipped, no usable MetaCall: " + e.getMessage();
            if (!TOLD.getAndSet(true)) {
                System.out.println("Tests of MetaCall are " + why);
            }
            return Assumptions.abort(why);
        }
    }

    /// An engine over a script; the test is skipped where there is no MetaCall.
    static MetaCallEngine engine(MetaCallEngineOptions options) throws MetaCallStartException {
        MetaCallInstallation ignored = needed();
        return MetaCallEngine.open(options.withFolder(chosen()));
    }

    /// A script in a folder of a test.
    static Path script(Path folder, String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
