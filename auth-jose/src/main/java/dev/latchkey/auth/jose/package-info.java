/** Signed and encrypted JWTs: keys, client assertions, DPoP, request objects, ID tokens. */
@NullMarked
package dev.latchkey.auth.jose;

import org.jspecify.annotations.NullMarked;
