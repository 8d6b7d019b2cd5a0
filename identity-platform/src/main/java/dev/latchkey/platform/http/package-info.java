/** A compact blocking HTTP/1.1 server, with or without TLS. */
@NullMarked
package dev.latchkey.platform.http;

import org.jspecify.annotations.NullMarked;
