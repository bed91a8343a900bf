package dev.decant.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `decant doctor`: what works on this machine, and how to mend the rest.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        separator = " ",
        description = "Checks what Decant needs on this machine; a line each, with the mend.",
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "ok     works",
            "none   not there; needed only for what its line says",
            "bad    has to be mended before decant classify can run",
            "",
            "Exit codes: 0 the main job can run, 1 it cannot."
        })
final class DoctorCommand implements Callable<Integer> {
    private final Streams streams;

    @Option(
            names = "--python",
            paramLabel = "PROGRAM",
            description = "The python to look at. Default: that of VIRTUAL_ENV, else python3.")
    private @Nullable String python;

    @Option(names = "--metacall", paramLabel = "FOLDER", description = "The MetaCall to look at.")
    private @Nullable Path metaCall;

    DoctorCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        PrintStream out = streams.printer();
        boolean able = true;
        for (List<Finding> findings : List.of(
                List.of(MachineCheck.jdk(), MachineCheck.memory()),
                List.of(ModelCheck.model()),
                PythonCheck.all(python),
                List.of(MetaCallCheck.metaCall(metaCall)))) {
            for (Finding finding : findings) {
                out.println(finding.line());
                able &= finding.state() != Finding.State.BAD;
            }
        }
        return able ? ExitCode.DONE : ExitCode.FAULT;
    }
}
