package dev.decant.cli;

import dev.decant.data.DataException;
import dev.decant.metacall.MetaCallStartException;
import dev.decant.onnx.ModelException;
import dev.decant.python.PythonStartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `decant` program.
@Command(
        name = "decant",
        mixinStandardHelpOptions = true,
        version = "decant " + Decant.VERSION,
        description = "Text classification over files and over HTTP, from one JVM process.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {"", "decant COMMAND --help tells more of each."})
public final class Decant {
    static final String VERSION = "0.1.0";

    private Decant() {}

    /// Runs a command and ends the process with its exit code.
    public static void main(String[] args) {
        Streams streams = Streams.ofProcess();
        int code = run(streams, args);
        streams.err().flush();
        // A call that hangs in native code keeps neither the exit nor its code.
        System.exit(code);
    }

    /// Runs a command and returns its exit code.
    static int run(Streams streams, String... args) {
        CommandLine line = new CommandLine(new Decant());
        line.addSubcommand(new ClassifyCommand(streams));
        line.addSubcommand(new ServeCommand(streams));
        line.addSubcommand(new RunCommand(streams));
        line.addSubcommand(new BenchCommand(streams));
        line.addSubcommand(new DoctorCommand(streams));
        line.setOut(new PrintWriter(streams.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(streams.err(), true, StandardCharsets.UTF_8));
        line.setUsageHelpAutoWidth(true);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((e, words) -> {
            streams.err().println("decant: " + e.getMessage());
            CommandLine.UnmatchedArgumentException.printSuggestions(
                    e, new PrintWriter(streams.err(), true, StandardCharsets.UTF_8));
            streams.err()
                    .println(
                            "decant: see " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
            return ExitCode.UNUSABLE;
        });
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            streams.err().println("decant: " + line(e));
            return switch (e) {
                case DataException unusable -> ExitCode.UNUSABLE;
                case ModelException unusable -> ExitCode.UNUSABLE;
                case PythonStartException unusable -> ExitCode.UNUSABLE;
                case MetaCallStartException unusable -> ExitCode.UNUSABLE;
                case IllegalArgumentException unusable -> ExitCode.UNUSABLE;
                default -> ExitCode.FAULT;
            };
        });
        try {
            return line.execute(args);
        } catch (OutOfMemoryError e) {
            streams.err()
                    .println("decant: out of memory (" + e.getMessage() + "); give the heap more, such as with"
                            + " DECANT_JAVA_OPTS=-Xmx1g");
            return ExitCode.FAULT;
        }
    }

    private static String line(Exception e) {
        boolean told = e instanceof IOException || e instanceof IllegalArgumentException;
        String message = e.getMessage();
        if (told && message != null) {
            return message;
        }
        // A bug of ours: where it happened is all that helps, in one line.
        StackTraceElement[] trace = e.getStackTrace();
        return "internal fault: " + e + (trace.length == 0 ? "" : " at " + trace[0]);
    }
}
