/** How a client authenticates at an authorization server (RFC 6749 §2.3). */
@NullMarked
package dev.latchkey.auth.credential;

import org.jspecify.annotations.NullMarked;
