/** Wrong on purpose, or right beside the wrong: see {@code dev.latchkey.it.guard}. */
@NullMarked
package dev.latchkey.it.badfixtures.auth.atproto;

import org.jspecify.annotations.NullMarked;
