package dev.latchkey.it.badfixtures.platform;

import com.google.gson.JsonElement;

/** The adapter of this technology. */
final class MayUseGson {

    private final JsonElement used;

    MayUseGson(JsonElement used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
