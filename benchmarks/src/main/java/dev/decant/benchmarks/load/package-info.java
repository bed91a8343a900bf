/// A load on a server over HTTP that does not wait for its answers.
@NullMarked
package dev.decant.benchmarks.load;

import org.jspecify.annotations.NullMarked;
