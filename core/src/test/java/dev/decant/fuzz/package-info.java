/// Runs fuzz targets: [dev.decant.fuzz.Fuzzing].
@NullMarked
package dev.decant.fuzz;

import org.jspecify.annotations.NullMarked;
