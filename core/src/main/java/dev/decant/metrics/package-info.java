/// What a run measures: counters, latency histograms, process memory and CPU time.
@NullMarked
package dev.decant.metrics;

import org.jspecify.annotations.NullMarked;
