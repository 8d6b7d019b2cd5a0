/** A certificate authority that lives as long as the process. */
@NullMarked
package dev.latchkey.platform.tls;

import org.jspecify.annotations.NullMarked;
