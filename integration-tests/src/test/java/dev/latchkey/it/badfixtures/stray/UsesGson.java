package dev.latchkey.it.badfixtures.stray;

import com.google.gson.JsonElement;
import dev.latchkey.it.guard.Breaks;

/** A technology outside its adapter. */
@Breaks("gson")
final class UsesGson {

    private final JsonElement used;

    UsesGson(JsonElement used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
