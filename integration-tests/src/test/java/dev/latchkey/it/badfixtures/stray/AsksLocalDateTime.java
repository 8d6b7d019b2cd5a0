package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** The wall clock of a zone. */
@Breaks("clock")
final class AsksLocalDateTime {

    Object call() {
        return LocalDateTime.now(ZoneOffset.UTC);
    }
}
