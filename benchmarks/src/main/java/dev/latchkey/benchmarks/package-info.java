/** What a token costs: an exchange over https, a hit, and the first one in a cold JVM, each beside its peers. */
@NullMarked
package dev.latchkey.benchmarks;

import org.jspecify.annotations.NullMarked;
