package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;

/** An array that others can write to. */
@Breaks("statics")
final class SharesAnArray {

    static final String[] NAMES = {"a"};

    private SharesAnArray() {}
}
