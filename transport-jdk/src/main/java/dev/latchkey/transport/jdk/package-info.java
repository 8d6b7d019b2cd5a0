/** {@link dev.latchkey.transport.jdk.JdkTransport}, an HTTP transport over {@code java.net.http}. */
@NullMarked
package dev.latchkey.transport.jdk;

import org.jspecify.annotations.NullMarked;
