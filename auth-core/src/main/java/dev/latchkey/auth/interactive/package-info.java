/** Sign-in on the user's own machine: the system browser and a loopback receiver (RFC 8252). */
@NullMarked
package dev.latchkey.auth.interactive;

import org.jspecify.annotations.NullMarked;
