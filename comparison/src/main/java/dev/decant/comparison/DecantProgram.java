package dev.decant.comparison;

import java.util.List;
import java.util.Set;

/// How this program starts itself anew: the same java, class path and options.
///
/// @param command all up to the name of the command, `classify`
/// @param serving the same for `serve`, which has a class archive of its own
/// @param own variables that its own start has set, and that other programs must not inherit
public record DecantProgram(List<String> command, List<String> serving, Set<String> own) {
    public DecantProgram {
        command = List.copyOf(command);
        serving = List.copyOf(serving);
        own = Set.copyOf(own);
    }
}
