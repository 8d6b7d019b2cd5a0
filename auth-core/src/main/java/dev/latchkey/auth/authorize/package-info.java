/** The authorization request and its callback (RFC 6749 §4.1, RFC 7636, RFC 9207), and device authorization (RFC 8628). */
@NullMarked
package dev.latchkey.auth.authorize;

import org.jspecify.annotations.NullMarked;
