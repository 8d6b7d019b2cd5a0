package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.util.logging.Logger;

/** A logger of java.util.logging. */
@Breaks("logging")
final class Logs {

    Logger call() {
        return Logger.getLogger("latchkey");
    }
}
