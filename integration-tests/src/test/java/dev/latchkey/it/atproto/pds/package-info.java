/** The library against a personal data server of the reference implementation. */
@NullMarked
package dev.latchkey.it.atproto.pds;

import org.jspecify.annotations.NullMarked;
