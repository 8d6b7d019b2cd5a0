package dev.latchkey.platform.graph;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.latchkey.platform.directory.User;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** The users of one tenant. What it hands out is a copy. Safe for use by several threads. */
final class UserCollection {
    static final List<String> DEFAULT_PROPERTIES = List.of(
            "businessPhones",
            "displayName",
            "givenName",
            "jobTitle",
            "mail",
            "mobilePhone",
            "officeLocation",
            "preferredLanguage",
            "surname",
            "userPrincipalName",
            "id");

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, JsonObject> users = new LinkedHashMap<>();

    void add(User user) {
        JsonObject json = new JsonObject();
        json.addProperty("id", user.id());
        json.addProperty("userPrincipalName", user.username());
        json.addProperty("accountEnabled", true);
        user.properties().forEach(json::addProperty);
        put(json);
    }

    /** Puts a user in place of the one with the same id; properties that Graph shows by default become null. */
    void put(JsonObject json) {
        JsonObject whole = json.deepCopy();
        for (String name : DEFAULT_PROPERTIES) {
            if (!whole.has(name)) {
                whole.add(name, name.equals("businessPhones") ? new JsonArray() : JsonNull.INSTANCE);
            }
        }
        lock.lock();
        try {
            users.put(whole.get("id").getAsString(), whole);
        } finally {
            lock.unlock();
        }
    }

    /** A user by id or by user principal name. */
    Optional<JsonObject> find(String idOrName) {
        return all().stream()
                .filter(user -> user.get("id").getAsString().equalsIgnoreCase(idOrName)
                        || user.get("userPrincipalName").getAsString().equalsIgnoreCase(idOrName))
                .findFirst();
    }

    void remove(String id) {
        lock.lock();
        try {
            users.remove(id);
        } finally {
            lock.unlock();
        }
    }

    List<JsonObject> all() {
        lock.lock();
        try {
            List<JsonObject> copies = new ArrayList<>(users.size());
            users.values().forEach(user -> copies.add(user.deepCopy()));
            return copies;
        } finally {
            lock.unlock();
        }
    }
}
