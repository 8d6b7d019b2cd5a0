/** {@link dev.latchkey.transport.apache.ApacheTransport}, an HTTP transport over Apache HttpClient 5. */
@NullMarked
package dev.latchkey.transport.apache;

import org.jspecify.annotations.NullMarked;
