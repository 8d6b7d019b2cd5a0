package dev.latchkey.graph;

import com.google.gson.JsonSyntaxException;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;

/** Reads texts that must be texts: Gson takes a number for one. */
final class Texts {

    private Texts() {}

    static String string(JsonReader in) throws IOException {
        if (in.peek() != JsonToken.STRING) {
            throw new JsonSyntaxException("Expected a string");
        }
        return in.nextString();
    }
}
