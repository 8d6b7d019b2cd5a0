/** Nobody is ever given another's token. */
@NullMarked
package dev.latchkey.auth.subjects;

import org.jspecify.annotations.NullMarked;
