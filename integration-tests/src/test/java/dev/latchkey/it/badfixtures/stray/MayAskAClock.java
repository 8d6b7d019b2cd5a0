package dev.latchkey.it.badfixtures.stray;

import java.time.Clock;
import java.time.Instant;

/** The clock that came in, and the monotonic one. */
final class MayAskAClock {

    Object call(Clock clock) {
        return Instant.now(clock).plusNanos(System.nanoTime());
    }
}
