/** Decorators over {@link dev.latchkey.auth.spi.HttpTransport}. */
@NullMarked
package dev.latchkey.auth.http;

import org.jspecify.annotations.NullMarked;
