/// Batches: their bounds, how they are cut, and the request that waits in one.
@NullMarked
package dev.decant.batch;

import org.jspecify.annotations.NullMarked;
