/** What an authorization server says of itself (RFC 8414), and where it is found. */
@NullMarked
package dev.latchkey.auth.metadata;

import org.jspecify.annotations.NullMarked;
