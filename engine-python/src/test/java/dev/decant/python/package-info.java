@NullMarked
package dev.decant.python;

import org.jspecify.annotations.NullMarked;
