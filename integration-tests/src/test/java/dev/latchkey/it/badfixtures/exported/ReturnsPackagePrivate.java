package dev.latchkey.it.badfixtures.exported;

import dev.latchkey.it.guard.Breaks;

/** Leaks a type that is not public. */
@Breaks("exported signatures")
public final class ReturnsPackagePrivate {

    /** Leaks. */
    public Object call(PackagePrivate hidden) {
        return hidden;
    }
}
