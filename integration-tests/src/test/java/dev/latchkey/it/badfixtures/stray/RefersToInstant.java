package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.time.Instant;
import java.util.function.Supplier;

/** The wall clock through a method reference. */
@Breaks("clock")
final class RefersToInstant {

    Supplier<Instant> call() {
        return Instant::now;
    }
}
