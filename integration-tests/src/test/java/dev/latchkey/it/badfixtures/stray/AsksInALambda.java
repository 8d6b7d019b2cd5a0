package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.time.Instant;
import java.util.function.Supplier;

/** The wall clock in a lambda. */
@Breaks("clock")
final class AsksInALambda {

    Supplier<Instant> call() {
        return () -> Instant.now();
    }
}
