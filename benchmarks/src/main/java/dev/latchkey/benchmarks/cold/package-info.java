/** Programs that get one token and end, written with Latchkey, with its peers and by hand. */
@NullMarked
package dev.latchkey.benchmarks.cold;

import org.jspecify.annotations.NullMarked;
