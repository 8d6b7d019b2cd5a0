@NullMarked
package dev.latchkey.auth.interactive;

import org.jspecify.annotations.NullMarked;
