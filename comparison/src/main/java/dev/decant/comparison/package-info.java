/// The comparison: the same rows through several approaches, each in a process tree of its own, measured from
/// outside, and a report that says what came of it.
@NullMarked
package dev.decant.comparison;

import org.jspecify.annotations.NullMarked;
