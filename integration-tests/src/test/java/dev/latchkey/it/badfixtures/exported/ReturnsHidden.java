package dev.latchkey.it.badfixtures.exported;

import dev.latchkey.it.badfixtures.hidden.Hidden;
import dev.latchkey.it.guard.Breaks;
import java.util.List;

/** Leaks a type argument. */
@Breaks("exported signatures")
public final class ReturnsHidden {

    /** Leaks. */
    public List<? extends Hidden> call() {
        return List.of();
    }
}
