/// Rows in, outcomes out: what a source yields, what a sink takes, and the one outcome each row ends as.
@NullMarked
package dev.decant.data;

import org.jspecify.annotations.NullMarked;
