/** The back channel: the one place where a request is sent and its answer is read under a cap. */
@NullMarked
package dev.latchkey.auth.exchange;

import org.jspecify.annotations.NullMarked;
