package dev.latchkey.it.badfixtures.auth.protocol;

import dev.latchkey.it.badfixtures.auth.Client;
import dev.latchkey.it.guard.Breaks;

/** The protocol knows the outermost layer. */
@Breaks("layers")
final class KnowsTheClient {

    Object client() {
        return new Client();
    }
}
