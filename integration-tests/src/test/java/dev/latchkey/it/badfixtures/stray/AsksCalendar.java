package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.util.Calendar;
import java.util.Locale;

/** The older one. */
@Breaks("clock")
@SuppressWarnings("JavaUtilDate")
final class AsksCalendar {

    Object call() {
        return Calendar.getInstance(Locale.ROOT);
    }
}
