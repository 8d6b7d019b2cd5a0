package dev.latchkey.it.badfixtures.exported;

import com.google.gson.JsonElement;
import dev.latchkey.it.guard.Breaks;

/** Leaks another library. */
@Breaks({"exported signatures", "gson"})
public final class LeaksGson {

    /** Leaks. */
    public String call(JsonElement json) {
        return json.getAsString();
    }
}
