/** Tokens and the endpoints that issue, describe and revoke them. */
@NullMarked
package dev.latchkey.platform.token;

import org.jspecify.annotations.NullMarked;
