/// The `decant` command: the only room that wires the others.
@NullMarked
package dev.decant.cli;

import org.jspecify.annotations.NullMarked;
