/** Tokens, scopes and token responses, as values. */
@NullMarked
package dev.latchkey.auth.token;

import org.jspecify.annotations.NullMarked;
