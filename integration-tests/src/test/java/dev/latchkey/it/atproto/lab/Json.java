package dev.latchkey.it.atproto.lab;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Reads members of JSON that may be of any type, and writes objects. */
final class Json {

    private Json() {}

    /** A string member; empty if it is absent or something else. */
    static String text(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value != null
                        && value.isJsonPrimitive()
                        && value.getAsJsonPrimitive().isString()
                ? value.getAsString()
                : "";
    }

    /** The strings of an array member; empty if it is absent or something else. */
    static List<String> texts(JsonObject object, String name) {
        JsonElement value = object.get(name);
        List<String> texts = new ArrayList<>();
        if (value != null && value.isJsonArray()) {
            for (JsonElement element : value.getAsJsonArray()) {
                texts.add(element.isJsonPrimitive() ? element.getAsString() : element.toString());
            }
        }
        return texts;
    }

    static boolean isTrue(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value != null
                && value.isJsonPrimitive()
                && value.getAsJsonPrimitive().isBoolean()
                && value.getAsBoolean();
    }

    static JsonArray array(List<String> values) {
        JsonArray array = new JsonArray();
        values.forEach(array::add);
        return array;
    }

    static JsonArray array(String... values) {
        return array(List.of(values));
    }

    /** An object of strings: name, value, name, value. */
    static JsonObject object(String... members) {
        JsonObject object = new JsonObject();
        for (int i = 0; i < members.length; i += 2) {
            object.addProperty(members[i], members[i + 1]);
        }
        return object;
    }
}
