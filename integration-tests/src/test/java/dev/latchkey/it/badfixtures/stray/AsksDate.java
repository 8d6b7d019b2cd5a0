package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.util.Date;

/** The old wall clock. */
@Breaks("clock")
@SuppressWarnings("JavaUtilDate")
final class AsksDate {

    Object call() {
        return new Date();
    }
}
