/** Authorization servers: the profiles in which they differ, and the one that keeps to the specifications. */
@NullMarked
package dev.latchkey.auth.server;

import org.jspecify.annotations.NullMarked;
