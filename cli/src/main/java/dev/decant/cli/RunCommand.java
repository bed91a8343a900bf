package dev.decant.cli;

import dev.decant.metacall.MetaCallException;
import dev.decant.metacall.MetaCallRuntime;
import dev.decant.metacall.MetaCallScript;
import dev.decant.python.PythonConversionException;
import dev.decant.python.PythonException;
import dev.decant.python.PythonModule;
import dev.decant.python.PythonOptions;
import dev.decant.python.PythonRuntime;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `decant run`: loads a Python file in this process, and calls one of its functions.
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        separator = " ",
        description = "Loads a Python file in this process; lists its functions, or calls one.",
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "What the file prints goes to the standard error, the list or the result to the standard output;",
            "the result as JSON.",
            "",
            "Exit codes: 0 done, 1 the function raised an exception, 2 wrong use or unusable file.",
            "",
            "  decant run ml_processor.py",
            "  decant run ml_processor.py process_batch '[\"a fine wine\"]'"
        })
final class RunCommand implements Callable<Integer> {
    private final Streams streams;

    @Parameters(index = "0", paramLabel = "FILE", description = "The Python file.")
    private Path file = Path.of("");

    @Parameters(index = "1", arity = "0..1", paramLabel = "FUNCTION", description = "The function to call.")
    private @Nullable String function;

    @Parameters(
            index = "2..*",
            arity = "0..*",
            paramLabel = "JSON",
            description = "Its arguments, each a JSON value: '\"text\"', 3, '[\"a\", \"b\"]'.")
    private List<String> arguments = new ArrayList<>();

    @Mixin
    private InterpreterFlags interpreter = new InterpreterFlags();

    RunCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
        @Nullable Object[] values = new @Nullable Object[arguments.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = JsonValues.read(arguments.get(i), "argument " + (i + 1) + " of " + function);
        }
        InterpreterFlags.Interpreter engine = interpreter.engine();
        streams.keepOutput();
        return switch (engine) {
            case PYTHON -> withPython(values);
            case METACALL -> withMetaCall();
        };
    }

    private int withPython(@Nullable Object[] values) throws IOException {
        try (PythonRuntime runtime = PythonRuntime.start(PythonOptions.DEFAULT.withPython(interpreter.python()))) {
            PythonModule module = runtime.load(file);
            String name = function;
            if (name == null) {
                list(module.functions().stream()
                        .map(each -> line(each.name(), each.parameters(), each.summary()))
                        .toList());
            } else {
                streams.printer().println(JsonValues.write(module.function(name).call(values)));
            }
            return ExitCode.DONE;
        } catch (PythonException e) {
            streams.err().print(e.traceback());
            return ExitCode.FAULT;
        } catch (PythonConversionException e) {
            streams.err().println("decant: " + e.getMessage());
            return ExitCode.FAULT;
        }
    }

    private int withMetaCall() throws IOException {
        MetaCallScript script = MetaCallRuntime.start(interpreter.metaCall()).load(file);
        String name = function;
        if (name == null) {
            list(script.functions().stream()
                    .map(each -> line(each.name(), each.parameters(), each.summary()))
                    .toList());
            return ExitCode.DONE;
        }
        try {
            String json = script.call(name, arguments);
            streams.printer().println(JsonValues.write(JsonValues.read(json, "the result of " + name)));
            return ExitCode.DONE;
        } catch (MetaCallException e) {
            streams.err().print(e.traceback().isEmpty() ? "decant: " + e.getMessage() + "\n" : e.traceback());
            return ExitCode.FAULT;
        }
    }

    private void list(List<String> functions) {
        PrintStream out = streams.printer();
        if (functions.isEmpty()) {
            out.println(file + " defines no functions");
        }
        functions.forEach(out::println);
    }

    private static String line(String name, String parameters, String summary) {
        return name + parameters + (summary.isEmpty() ? "" : "  # " + summary);
    }
}
