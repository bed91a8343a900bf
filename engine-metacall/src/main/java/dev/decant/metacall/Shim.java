package dev.decant.metacall;

import dev.decant.script.ScriptHost;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CancellationException;

/// The functions of `shim.py`, which stand between MetaCall and a script. Used on the owner thread, but for [#cancel].
final class Shim {
    private static final int FINE = 0;
    private static final int RAISED = 1;
    private static final int WRONG = 2;
    private static final int CANCELLED = 3;

    private static final int MOST_ARGUMENTS = 4;

    /// A function of the shim and the memory for the arguments of its one call at a time.
    private static final class Function {
        private final long address;
        private final MemorySegment memory = Arena.global().allocate(8L * MOST_ARGUMENTS, 8);
        private final long arguments = memory.address();

        Function(long handle, String name) {
            address = MetaCallApi.function(handle, name);
            if (address == 0) {
                throw new IllegalStateException("MetaCall does not find " + name + " in Decant's own code");
            }
        }

        /// What the function answers, its first element aside.
        List<?> call(Object... values) {
            int written = 0;
            long answer = 0;
            try {
                for (Object value : values) {
                    MetaCallLibrary.putLong(arguments + 8L * written, Values.create(value));
                    written++;
                }
                answer = MetaCallApi.call(address, arguments, written);
                return checked((List<?>) Values.read(answer));
            } finally {
                for (int i = 0; i < written; i++) {
                    MetaCallApi.destroy(MetaCallLibrary.getLong(arguments + 8L * i));
                }
                if (answer != 0) {
                    MetaCallApi.destroy(answer);
                }
            }
        }

        private static List<?> checked(List<?> answer) {
            int kind = ((Long) answer.getFirst()).intValue();
            return switch (kind) {
                case FINE -> answer;
                case RAISED ->
                    throw new MetaCallException(
                            (String) answer.get(1), (String) answer.get(2), ((Long) answer.get(3)) != 0);
                case WRONG -> throw new MetaCallException((String) answer.get(1));
                case CANCELLED -> throw new CancellationException("cancelled");
                default -> throw new IllegalStateException("answer of kind " + kind);
            };
        }
    }

    private final Function load;
    private final Function functions;
    private final Function check;
    private final Function find;
    private final Function classify;
    private final Function call;
    private final Function cancel;
    private final Function finish;
    private final String version;

    private Shim(long handle) {
        load = new Function(handle, "load");
        functions = new Function(handle, "functions");
        check = new Function(handle, "check");
        find = new Function(handle, "find");
        classify = new Function(handle, "classify");
        call = new Function(handle, "call");
        cancel = new Function(handle, "cancel");
        finish = new Function(handle, "finish");
        // Python's prints go to the standard error: the standard output is the program's own.
        version = (String) new Function(handle, "start")
                .call(ScriptHost.source(), ScriptHost.MODULE, ScriptHost.FILE, 2L)
                .get(1);
    }

    /// Loads the shim, and with it starts Python; this thread becomes the owner.
    ///
    /// @throws MetaCallStartException when MetaCall does not load it
    static Shim load(MetaCallInstallation installation) throws MetaCallStartException {
        long handle = MetaCallApi.load(source());
        if (handle == 0) {
            throw new MetaCallStartException(installation.library() + " does not start Python: is the libpython still"
                    + " there that configurations/py_loader.json of MetaCall names?");
        }
        return new Shim(handle);
    }

    private static String source() {
        try (InputStream in = Shim.class.getResourceAsStream("shim.py")) {
            if (in == null) {
                throw new IllegalStateException("shim.py is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Python's version.
    String version() {
        return version;
    }

    /// Loads a file; gives its number.
    long load(String path, String shown, List<String> names, List<String> values) {
        return (Long) load.call(path, shown, names, values).get(1);
    }

    /// Name, parameters and summary of each function.
    List<?> functions(long script) {
        return (List<?>) functions.call(script).get(1);
    }

    /// Fails when a script has no function of that name.
    void check(long script, String function) {
        List<?> ignored = check.call(script, function);
    }

    /// Looks a function for batches up; gives its number.
    long find(long script, String function, String device) {
        return (Long) find.call(script, function, device).get(1);
    }

    /// Sizes, labels and scores of a batch.
    List<?> classify(long token, long target, List<EncodedText> texts) {
        return (List<?>) classify.call(token, target, texts).get(1);
    }

    /// The result of a function in JSON, for arguments in JSON.
    String call(long token, long script, String function, List<String> arguments) {
        return (String) call.call(token, script, function, arguments).get(1);
    }

    /// Raises an exception in the call of that number, if it runs or is about to. On a thread that is not the owner,
    /// always the same.
    void cancel(long token) {
        List<?> ignored = cancel.call(token);
    }

    /// Runs what the script has registered with `atexit`.
    void finish() {
        List<?> ignored = finish.call();
    }
}
