/**
 * The ports' contracts and the fakes that tests stand on.
 *
 * <p>{@link dev.latchkey.auth.testkit.ScriptedTransport} and {@link dev.latchkey.auth.testkit.MutableClock} serve tests of
 * code above the ports. The contracts are abstract JUnit classes: the test class of an adapter extends one and says how
 * to make the adapter.
 */
@NullMarked
package dev.latchkey.auth.testkit;

import org.jspecify.annotations.NullMarked;
