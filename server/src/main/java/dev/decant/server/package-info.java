/// The HTTP server: connections, routes, the protocols, admission, operations and bulk jobs.
@NullMarked
package dev.decant.server;

import org.jspecify.annotations.NullMarked;
