/** Grants: what an application can exchange for tokens (RFC 6749 §1.3), and the parameters of a request. */
@NullMarked
package dev.latchkey.auth.grant;

import org.jspecify.annotations.NullMarked;
