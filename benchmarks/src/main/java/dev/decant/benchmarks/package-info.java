/// What the parts cost by themselves, measured with JMH.
@NullMarked
package dev.decant.benchmarks;

import org.jspecify.annotations.NullMarked;
