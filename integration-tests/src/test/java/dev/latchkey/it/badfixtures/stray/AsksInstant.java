package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.time.Instant;

/** The wall clock. */
@Breaks("clock")
final class AsksInstant {

    Object call() {
        return Instant.now();
    }
}
