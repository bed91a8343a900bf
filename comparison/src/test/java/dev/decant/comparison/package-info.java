@NullMarked
package dev.decant.comparison;

import org.jspecify.annotations.NullMarked;
