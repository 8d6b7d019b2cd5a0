/**
 * What neither Maven nor the module system can say about the library's own code. Every guard has classes below
 * {@code dev.latchkey.it.badfixtures} that it must reject, and rejects no other class there.
 */
@NullMarked
package dev.latchkey.it.guard;

import org.jspecify.annotations.NullMarked;
