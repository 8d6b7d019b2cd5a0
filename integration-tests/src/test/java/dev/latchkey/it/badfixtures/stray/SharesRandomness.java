package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.security.SecureRandom;

/** Randomness that nobody passed in. */
@Breaks("statics")
final class SharesRandomness {

    private static final SecureRandom RANDOM = new SecureRandom();

    static int next() {
        return RANDOM.nextInt();
    }
}
