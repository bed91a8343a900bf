package dev.decant.comparison;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// A command to run, with what its environment differs in from this process's.
///
/// @param set variables with their values
/// @param unset variables that it does not inherit
record Launch(List<String> command, Map<String, String> set, Set<String> unset) {}
