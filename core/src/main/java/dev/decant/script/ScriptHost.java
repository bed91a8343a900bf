package dev.decant.script;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The Python code that stands around a user's script inside its interpreter: it loads the file, describes its
/// functions and exceptions, and keeps it from ending or forking the JVM. An engine runs it as the module [#MODULE].
public final class ScriptHost {
    /// The module's name in `sys.modules`.
    public static final String MODULE = "_decant";

    /// The module's `__file__`, which its frames in a traceback are known by.
    public static final String FILE = "<decant>";

    private ScriptHost() {}

    /// The module's source, in ASCII.
    public static String source() {
        try (InputStream in = ScriptHost.class.getResourceAsStream("host.py")) {
            if (in == null) {
                throw new IllegalStateException("host.py is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The variables that a script's interpreter has, those that tell it its device among them.
    ///
    /// @param device where the script should compute, such as `cpu` or `cuda:0`; null leaves it the choice
    /// @param environment the caller's own
    public static Map<String, String> environment(@Nullable String device, Map<String, String> environment) {
        if (device == null) {
            return environment;
        }
        Map<String, String> with = new HashMap<>(environment);
        with.put("DECANT_DEVICE", device);
        if (device.equals("cpu")) {
            with.put("CUDA_VISIBLE_DEVICES", "");
        }
        return with;
    }
}
