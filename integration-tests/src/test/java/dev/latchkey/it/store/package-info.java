/** What stands above a store, over every store that there is. */
@NullMarked
package dev.latchkey.it.store;

import org.jspecify.annotations.NullMarked;
