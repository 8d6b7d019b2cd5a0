/** The protocol as pure functions: encode a request, decode a response. No clock, no I/O. */
@NullMarked
package dev.latchkey.auth.protocol;

import org.jspecify.annotations.NullMarked;
