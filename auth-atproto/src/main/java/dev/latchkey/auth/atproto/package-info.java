/** The AT Protocol: identities, the servers behind them, sign-in, and calls to a personal data server. */
@NullMarked
package dev.latchkey.auth.atproto;

import org.jspecify.annotations.NullMarked;
