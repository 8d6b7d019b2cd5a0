/** Signed JWTs against servers that are not ours, over a real transport. */
@NullMarked
package dev.latchkey.it.jose;

import org.jspecify.annotations.NullMarked;
