/** A transport that somebody else might write, over OkHttp, with nothing of the library but {@code auth-spi}. */
@NullMarked
package dev.latchkey.it.okhttp;

import org.jspecify.annotations.NullMarked;
