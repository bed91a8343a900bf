@NullMarked
package dev.decant.metacall;

import org.jspecify.annotations.NullMarked;
