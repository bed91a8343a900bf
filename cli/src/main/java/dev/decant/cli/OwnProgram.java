package dev.decant.cli;

import dev.decant.comparison.DecantProgram;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// This program, to be started anew as its user has started it: the same java, options and class path.
final class OwnProgram {
    /// Set where `./decant`, and not its user, has chosen how many arenas malloc has.
    private static final String ARENAS = "decant.arenas";

    private static final String ARCHIVE = "-XX:AOTCache=";

    private OwnProgram() {}

    static DecantProgram find() {
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
        List<String> serving = new ArrayList<>(command);
        serving.replaceAll(OwnProgram::servingArchive);
        List<String> program = List.of("-cp", System.getProperty("java.class.path"), Decant.class.getName());
        command.addAll(program);
        serving.addAll(program);
        return new DecantProgram(command, serving, Boolean.getBoolean(ARENAS) ? Set.of("MALLOC_ARENA_MAX") : Set.of());
    }

    /// `./decant serve` starts with the classes of serving; its archive lies beside ours.
    private static String servingArchive(String option) {
        if (!option.startsWith(ARCHIVE)) {
            return option;
        }
        Path serving = Path.of(option.substring(ARCHIVE.length())).resolveSibling("serve.aot");
        return Files.isRegularFile(serving) ? ARCHIVE + serving : option;
    }
}
