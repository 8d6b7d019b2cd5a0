/** A web application that signs people of the AT Protocol in. */
@NullMarked
package dev.latchkey.examples.atproto;

import org.jspecify.annotations.NullMarked;
