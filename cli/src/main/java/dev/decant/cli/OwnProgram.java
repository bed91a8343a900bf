package dev.decant.cli;

import dev.decant.comparison.DecantProgram;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;

/// This program, to be started anew as its user has started it: the same java, options and class path.
final class OwnProgram {
    /// Set where `./decant`, and not its user, has chosen how many arenas malloc has.
    private static final String ARENAS = "decant.arenas";

    private OwnProgram() {}

    static DecantProgram find(Streams streams) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current()
                .info()
                .command()
                .orElseGet(() ->
                        Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (!option.startsWith("-Ddecant.terminal") && !option.startsWith("-agentlib")) {
                command.add(option);
            }
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Decant.class.getName()));
        return new DecantProgram(
                command, Boolean.getBoolean(ARENAS) ? Set.of("MALLOC_ARENA_MAX") : Set.of(), metaCallObstacle(streams));
    }

    /// Where there is an engine and no libmetacall, the run itself says so.
    private static Optional<String> metaCallObstacle(Streams streams) {
        CommandLine classify = new CommandLine(new ClassifyCommand(streams));
        return classify.getCommandSpec().findOption("--engine") == null
                ? Optional.of("this Decant has no MetaCall engine")
                : Optional.empty();
    }
}
