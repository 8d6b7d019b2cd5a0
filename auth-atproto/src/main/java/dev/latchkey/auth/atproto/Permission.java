package dev.latchkey.auth.atproto;

import dev.latchkey.auth.token.Scopes;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One scope of the AT Protocol: {@code atproto}, a transitional one, or a permission such as
 * {@code repo:app.example.post?action=create}. Immutable; equality regards the resource and its parameters in order.
 */
public final class Permission {

    /** The scope that every request must have. */
    public static final Permission ATPROTO = new Permission("atproto", Map.of());

    /** What an app password could do, without private messages. */
    public static final Permission TRANSITION_GENERIC = transition("generic");

    /** Private messages; only together with {@link #TRANSITION_GENERIC}. */
    public static final Permission TRANSITION_CHAT = transition("chat.bsky");

    /** The account's e-mail address. */
    public static final Permission TRANSITION_EMAIL = transition("email");

    private static final String TRANSITION = "transition";

    // Each resource's parameters; the first is the one that may stand behind the colon.
    private static final Map<String, List<String>> PARAMETERS = Map.of(
            "repo", List.of("collection", "action"),
            "rpc", List.of("lxm", "aud"),
            "blob", List.of("accept"),
            "account", List.of("attr", "action"),
            "identity", List.of("attr"),
            "include", List.of("nsid", "aud"));
    private static final Set<String> MANY = Set.of("collection", "lxm", "accept");

    private final String resource;
    private final Map<String, List<String>> parameters;

    private Permission(String resource, Map<String, List<String>> parameters) {
        this.resource = resource;
        this.parameters = parameters;
    }

    private static Permission transition(String what) {
        return new Permission("transition", Map.of("", List.of(what)));
    }

    /**
     * Writing records.
     *
     * @param collection the collection's name, or {@code *} for all
     * @param actions of {@code create}, {@code update} and {@code delete}; all of them if there is none
     * @return the permission
     * @throws IllegalArgumentException if a value is none of these
     */
    public static Permission repo(String collection, String... actions) {
        return of("repo", "collection", List.of(collection), "action", List.of(actions));
    }

    /**
     * Writing records of several kinds.
     *
     * @param collections the collections' names
     * @param actions of {@code create}, {@code update} and {@code delete}; all of them if there is none
     * @return the permission
     * @throws IllegalArgumentException if there is no collection, or a value is none of these
     */
    public static Permission repo(List<String> collections, String... actions) {
        return of("repo", "collection", collections, "action", List.of(actions));
    }

    /**
     * Calling a method of another service in the account's name.
     *
     * @param method the method's name, or {@code *} for all of one service
     * @param audience the service, as its DID and fragment, or {@code *} for any that has the method
     * @return the permission
     * @throws IllegalArgumentException if a value is malformed, or both are {@code *}
     */
    public static Permission rpc(String method, String audience) {
        return of("rpc", "lxm", List.of(method), "aud", List.of(audience));
    }

    /**
     * Calling several methods of another service in the account's name.
     *
     * @param methods the methods' names
     * @param audience the service, as its DID and fragment, or {@code *} for any that has the methods
     * @return the permission
     * @throws IllegalArgumentException if there is no method, or a value is malformed
     */
    public static Permission rpc(List<String> methods, String audience) {
        return of("rpc", "lxm", methods, "aud", List.of(audience));
    }

    /**
     * Uploading files.
     *
     * @param types media types, where a half may be {@code *}
     * @return the permission
     * @throws IllegalArgumentException if there is none, or one is malformed
     */
    public static Permission blob(String... types) {
        return of("blob", "accept", List.of(types), "", List.of());
    }

    /**
     * Details of the account.
     *
     * @param attribute {@code email}, {@code repo} or {@code status}
     * @param action {@code read} or {@code manage}
     * @return the permission
     * @throws IllegalArgumentException if a value is none of these
     */
    public static Permission account(String attribute, String action) {
        return of("account", "attr", List.of(attribute), "action", List.of(action));
    }

    /**
     * Changing the account's DID document or handle.
     *
     * @param attribute {@code handle} or {@code *}
     * @return the permission
     * @throws IllegalArgumentException if it is neither
     */
    public static Permission identity(String attribute) {
        return of("identity", "attr", List.of(attribute), "", List.of());
    }

    /**
     * A published set of permissions.
     *
     * @param set its name
     * @return the permission
     * @throws IllegalArgumentException if it is not a name
     */
    public static Permission include(String set) {
        return of("include", "nsid", List.of(set), "", List.of());
    }

    /**
     * A published set of permissions, for one service.
     *
     * @param set its name
     * @param audience the service, as its DID and fragment
     * @return the permission
     * @throws IllegalArgumentException if a value is malformed
     */
    public static Permission include(String set, String audience) {
        return of("include", "nsid", List.of(set), "aud", List.of(audience));
    }

    /**
     * Reads a scope.
     *
     * @param text one scope
     * @return the permission
     * @throws IllegalArgumentException if it is none of the AT Protocol's
     */
    public static Permission parse(String text) {
        Objects.requireNonNull(text, "text");
        if (text.equals("atproto")) {
            return ATPROTO;
        }
        int query = text.indexOf('?');
        String path = query < 0 ? text : text.substring(0, query);
        int colon = path.indexOf(':');
        String resource = colon < 0 ? path : path.substring(0, colon);
        if (resource.equals(TRANSITION) && query < 0 && colon > 0) {
            return List.of(TRANSITION_GENERIC, TRANSITION_CHAT, TRANSITION_EMAIL).stream()
                    .filter(known -> known.toString().equals(text))
                    .findAny()
                    .orElseThrow(() -> new IllegalArgumentException("scope: no such transitional scope"));
        }
        List<String> names = PARAMETERS.get(resource);
        if (names == null) {
            throw new IllegalArgumentException("scope: no such resource; there are " + PARAMETERS.keySet());
        }
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        if (colon >= 0) {
            parameters.put(names.get(0), List.of(decoded(path.substring(colon + 1))));
        }
        for (String pair : query < 0 ? new String[0] : text.substring(query + 1).split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : decoded(pair.substring(0, equals));
            if (equals < 0 || (colon >= 0 && name.equals(names.get(0)))) {
                throw new IllegalArgumentException("scope: malformed, or " + names.get(0) + " in two places");
            }
            parameters.computeIfAbsent(name, any -> new ArrayList<>()).add(decoded(pair.substring(equals + 1)));
        }
        return checked(resource, parameters);
    }

    /**
     * Puts permissions together, with {@code atproto} before them.
     *
     * @param permissions the permissions
     * @return the scopes to ask for
     */
    public static Scopes scopes(Permission... permissions) {
        List<String> all = new ArrayList<>(List.of(ATPROTO.toString()));
        for (Permission each : permissions) {
            all.add(each.toString());
        }
        return Scopes.of(all);
    }

    /**
     * Tells what it is about.
     *
     * @return {@code atproto}, {@code transition}, {@code repo}, {@code rpc}, {@code blob}, {@code account},
     *     {@code identity} or {@code include}
     */
    public String resource() {
        return resource;
    }

    /**
     * Tells a parameter.
     *
     * @param name its name, such as {@code collection}, whether or not it stands behind the colon
     * @return its values
     */
    public List<String> values(String name) {
        return parameters.getOrDefault(name, List.of());
    }

    private static Permission of(
            String resource, String first, List<String> firsts, String second, List<String> seconds) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        parameters.put(first, firsts);
        if (!seconds.isEmpty()) {
            parameters.put(second, seconds);
        }
        return checked(resource, parameters);
    }

    private static Permission checked(String resource, Map<String, List<String>> parameters) {
        List<String> names = Objects.requireNonNull(PARAMETERS.get(resource), "resource");
        List<String> firsts = parameters.getOrDefault(names.get(0), List.of());
        require(!firsts.isEmpty(), resource + ": needs " + names.get(0));
        Map<String, List<String>> kept = new LinkedHashMap<>();
        // In the order of the table, so that what says the same prints the same.
        for (String name : names) {
            List<String> values = parameters.getOrDefault(name, List.of());
            boolean many = MANY.contains(name) || (resource.equals("repo") && name.equals("action"));
            require(many || values.size() <= 1, resource + ": " + name + " may be there once");
            values.forEach(value -> require(isValue(resource, name, value), resource + ": " + name + " is malformed"));
            if (!values.isEmpty()) {
                kept.put(name, List.copyOf(values));
            }
        }
        require(names.containsAll(parameters.keySet()), resource + ": has parameters " + names + " and no other");
        if (resource.equals("rpc")) {
            List<String> audience = kept.getOrDefault("aud", List.of());
            require(!audience.isEmpty(), "rpc: needs aud");
            require(!(firsts.contains("*") && audience.contains("*")), "rpc: lxm and aud must not both be *");
        }
        return new Permission(resource, kept);
    }

    private static boolean isValue(String resource, String name, String value) {
        switch (name) {
            case "collection":
            case "lxm":
                return value.equals("*") || Nsid.is(value);
            case "nsid":
                return Nsid.is(value);
            case "accept":
                return value.matches("\\*/\\*|[a-zA-Z0-9!#$&^_.+-]+/(\\*|[a-zA-Z0-9!#$&^_.+-]+)");
            case "attr":
                return (resource.equals("account") ? Set.of("email", "repo", "status") : Set.of("handle", "*"))
                        .contains(value);
            case "action":
                return (resource.equals("account") ? Set.of("read", "manage") : Set.of("create", "update", "delete"))
                        .contains(value);
            default:
                return (resource.equals("rpc") && value.equals("*")) || isService(value);
        }
    }

    // A service is a DID and the part of its document that names the service.
    static boolean isService(String value) {
        int hash = value.indexOf('#');
        try {
            return hash > 0
                    && value.substring(hash).matches("#[A-Za-z0-9._:-]+")
                    && !Did.of(value.substring(0, hash)).toString().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void require(boolean right, String problem) {
        if (!right) {
            throw new IllegalArgumentException("scope " + problem);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Permission
                && resource.equals(((Permission) other).resource)
                && parameters.equals(((Permission) other).parameters);
    }

    @Override
    public int hashCode() {
        return Objects.hash(resource, parameters);
    }

    /**
     * Prints the scope.
     *
     * @return the text that {@link #parse} reads
     */
    @Override
    public String toString() {
        if (resource.equals(TRANSITION)) {
            return TRANSITION + ":" + values("").get(0);
        }
        List<String> names = PARAMETERS.getOrDefault(resource, List.of());
        String first = names.isEmpty() ? "" : names.get(0);
        List<String> firsts = values(first);
        // Behind the question mark some servers take a plus for a space; in front of it, as in image/svg+xml, none
        // does.
        String rest = names.stream()
                .filter(name -> !name.equals(first) || firsts.size() > 1)
                .flatMap(name -> values(name).stream()
                        .map(value -> name + "=" + encoded(value).replace("+", "%2B")))
                .collect(Collectors.joining("&"));
        return resource + (firsts.size() == 1 ? ":" + encoded(firsts.get(0)) : "") + (rest.isEmpty() ? "" : "?" + rest);
    }

    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-._~:/+,@*!$^".indexOf(c) >= 0;
            encoded.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return encoded.toString();
    }

    // A plus is a plus here, as in image/svg+xml.
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
