/** The only room with a JSON library: strict reading, plain writing. */
@NullMarked
package dev.latchkey.auth.json;

import org.jspecify.annotations.NullMarked;
