/**
 * Jazzer's targets: whatever the bytes, a decoder gives a value that keeps its promises or throws the typed error. One target
 * a class, since Jazzer fuzzes one in a JVM.
 */
@NullMarked
package dev.latchkey.fuzzing;

import org.jspecify.annotations.NullMarked;
