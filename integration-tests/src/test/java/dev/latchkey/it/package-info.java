/** Real servers, a real browser, and the guards over all modules. */
@NullMarked
package dev.latchkey.it;

import org.jspecify.annotations.NullMarked;
