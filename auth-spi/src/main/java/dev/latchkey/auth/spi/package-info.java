/**
 * The ports between Latchkey and the outside: {@link dev.latchkey.auth.spi.HttpTransport},
 * {@link dev.latchkey.auth.spi.TokenStore}, {@link dev.latchkey.auth.spi.JwsSigner} and
 * {@link dev.latchkey.auth.spi.SessionKeys}, with a trivial reference for each that needs one.
 *
 * <p>Every port has a published contract test in {@code latchkey-auth-testkit}; an adapter proves itself by extending it.
 */
@NullMarked
package dev.latchkey.auth.spi;

import org.jspecify.annotations.NullMarked;
