/// The engine contract: prepare one text, run one batch.
@NullMarked
package dev.decant.engine;

import org.jspecify.annotations.NullMarked;
