package dev.latchkey.it.badfixtures.exported;

import dev.latchkey.it.badfixtures.hidden.Hidden;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Hides what it knows. */
public final class MayHide {

    private final Hidden hidden = new Hidden();

    Hidden hidden() {
        return hidden;
    }

    /** The JDK, JSpecify and exported types. */
    public @Nullable Object call(MayHide other, Set<URI> uris) {
        return uris.contains(null) ? other.hidden() : null;
    }
}
