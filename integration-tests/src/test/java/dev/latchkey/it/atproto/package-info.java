/** The AT Protocol's client against a laboratory that enforces the whole profile. */
@NullMarked
package dev.latchkey.it.atproto;

import org.jspecify.annotations.NullMarked;
