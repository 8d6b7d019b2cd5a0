/** Certificates of a run, and a server over https that keeps what it is told. */
@NullMarked
package dev.latchkey.it.tls;

import org.jspecify.annotations.NullMarked;
