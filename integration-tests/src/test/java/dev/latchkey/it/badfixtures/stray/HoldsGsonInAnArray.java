package dev.latchkey.it.badfixtures.stray;

import com.google.gson.JsonElement;
import dev.latchkey.it.guard.Breaks;

/** A technology as the component of an array. */
@Breaks("gson")
final class HoldsGsonInAnArray {

    private final JsonElement[][] used = {};

    @Override
    public String toString() {
        return "with " + used.length;
    }
}
