/// CSV, TSV and JSON Lines: sources that read rows, sinks that write them back with their outcomes.
///
/// [dev.decant.formats.Sources] and [dev.decant.formats.Sinks] open them; everything else here that is public is an
/// option of theirs.
@NullMarked
package dev.decant.formats;

import org.jspecify.annotations.NullMarked;
