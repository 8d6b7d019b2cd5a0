/**
 * What most authors of an HTTP transport would have to write again: deadlines, interrupts and classified failures for a
 * client that blocks. Nobody has to use it; {@code HttpTransportContract} demands results only.
 */
@NullMarked
package dev.latchkey.auth.spi.exchange;

import org.jspecify.annotations.NullMarked;
