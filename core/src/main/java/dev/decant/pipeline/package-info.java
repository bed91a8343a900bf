/// The way of a row from source to sink: windows, workers, retries, order, the report.
@NullMarked
package dev.decant.pipeline;

import org.jspecify.annotations.NullMarked;
