/** What can go wrong, divided by what the caller can do about it. */
@NullMarked
package dev.latchkey.auth.error;

import org.jspecify.annotations.NullMarked;
