@NullMarked
package dev.latchkey.auth.store;

import org.jspecify.annotations.NullMarked;
