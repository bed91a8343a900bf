/// Models that serve: opened, warmed up, swapped while requests run, and closed when none is inside.
@NullMarked
package dev.decant.server.model;

import org.jspecify.annotations.NullMarked;
