/** Clients that register themselves at a server, and look after their registration (RFC 7591, RFC 7592). */
@NullMarked
package dev.latchkey.auth.registration;

import org.jspecify.annotations.NullMarked;
