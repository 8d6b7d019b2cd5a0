/** Who signed in: ID tokens' claims (OpenID Connect Core §2), their verification, and accounts. */
@NullMarked
package dev.latchkey.auth.identity;

import org.jspecify.annotations.NullMarked;
