package dev.latchkey.platform.directory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** A person who can sign in, and whom Graph shows. Immutable. */
public final class User {
    private final String id;
    private final String username;
    private final String password;
    private final Map<String, String> properties;

    private User(String id, String username, String password, Map<String, String> properties) {
        this.id = id;
        this.username = username;
        this.password = password;
        this.properties = properties;
    }

    /**
     * A user whose id follows from the name.
     *
     * @param username the user principal name, an address
     * @param password the password
     * @param displayName the full name
     * @return the user
     */
    public static User of(String username, String password, String displayName) {
        String id = UUID.nameUUIDFromBytes(username.getBytes(StandardCharsets.UTF_8))
                .toString();
        int space = displayName.lastIndexOf(' ');
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("displayName", displayName);
        properties.put("givenName", space < 0 ? displayName : displayName.substring(0, space));
        properties.put("surname", space < 0 ? "" : displayName.substring(space + 1));
        properties.put("mail", username);
        return new User(id, username, password, properties);
    }

    /**
     * This user with another id.
     *
     * @param other a GUID
     * @return the new user
     */
    public User id(String other) {
        return new User(UUID.fromString(other).toString(), username, password, properties);
    }

    /**
     * This user with one more Graph property, or another value for it.
     *
     * @param name such as {@code jobTitle}
     * @param value the value
     * @return the new user
     */
    public User property(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(properties);
        more.put(name, value);
        return new User(id, username, password, more);
    }

    /**
     * The object id.
     *
     * @return a GUID
     */
    public String id() {
        return id;
    }

    /**
     * The user principal name.
     *
     * @return the name
     */
    public String username() {
        return username;
    }

    /**
     * The full name.
     *
     * @return the name
     */
    public String displayName() {
        return properties.getOrDefault("displayName", username);
    }

    /**
     * The Graph properties, without id and user principal name.
     *
     * @return name to value, unmodifiable
     */
    public Map<String, String> properties() {
        return Collections.unmodifiableMap(properties);
    }

    /**
     * Compares a password in constant time.
     *
     * @param candidate what was typed
     * @return whether it is right
     */
    public boolean hasPassword(String candidate) {
        return MessageDigest.isEqual(
                candidate.getBytes(StandardCharsets.UTF_8), password.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "User[" + username + "]";
    }
}
