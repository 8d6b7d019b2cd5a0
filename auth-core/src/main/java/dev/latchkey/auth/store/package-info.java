/** Encryption at rest, over any token store. */
@NullMarked
package dev.latchkey.auth.store;

import org.jspecify.annotations.NullMarked;
