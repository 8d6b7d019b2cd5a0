package dev.latchkey.auth.atproto;

import dev.latchkey.auth.token.Scopes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One scope of the AT Protocol: {@code atproto}, a transitional one, or a permission such as
 * {@code repo:app.example.post?action=create}. What says the same is equal and prints the same: neither order nor repetition
 * counts, what is said by default is left out, and {@code *} stands for all the others. Immutable.
 *
 * <p>The servers compare scopes as texts where a client asks for them, and {@link AtprotoClient} asks in the spelling of the
 * client's document. What they do not understand they leave out of what they grant, and say nothing; so it is refused here.
 *
 * @see <a href="https://atproto.com/specs/permission">Permissions</a>, "Scope String Syntax"
 * @see Permissions
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

    private final String resource;
    private final Map<String, List<String>> parameters;

    private Permission(String resource, Map<String, List<String>> parameters) {
        this.resource = resource;
        this.parameters = parameters;
    }

    private static Permission transition(String what) {
        return new Permission(TRANSITION, Map.of("", List.of(what)));
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
        return of(PermissionResource.REPO, List.of(collection), "action", List.of(actions));
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
        return of(PermissionResource.REPO, collections, "action", List.of(actions));
    }

    /**
     * Calling a method of another service in the account's name.
     *
     * @param method the method's name, or {@code *} for all of one service
     * @param audience the service, as its {@code did:plc} or {@code did:web} and fragment, or {@code *} for any that has the method
     * @return the permission
     * @throws IllegalArgumentException if a value is malformed, or both are {@code *}
     */
    public static Permission rpc(String method, String audience) {
        return of(PermissionResource.RPC, List.of(method), "aud", List.of(audience));
    }

    /**
     * Calling several methods of another service in the account's name.
     *
     * @param methods the methods' names
     * @param audience the service, as its {@code did:plc} or {@code did:web} and fragment, or {@code *} for any that has the methods
     * @return the permission
     * @throws IllegalArgumentException if there is no method, or a value is malformed
     */
    public static Permission rpc(List<String> methods, String audience) {
        return of(PermissionResource.RPC, methods, "aud", List.of(audience));
    }

    /**
     * Uploading files.
     *
     * @param types media types, where a half may be {@code *}
     * @return the permission
     * @throws IllegalArgumentException if there is none, or one is malformed
     */
    public static Permission blob(String... types) {
        return of(PermissionResource.BLOB, List.of(types), "", List.of());
    }

    /**
     * Details of the account.
     *
     * @param attribute {@code email}, {@code repo} or {@code status}
     * @param actions of {@code read} and {@code manage}; {@code read} if there is none
     * @return the permission
     * @throws IllegalArgumentException if a value is none of these
     */
    public static Permission account(String attribute, String... actions) {
        return of(PermissionResource.ACCOUNT, List.of(attribute), "action", List.of(actions));
    }

    /**
     * Changing the account's DID document or handle.
     *
     * @param attribute {@code handle} or {@code *}
     * @return the permission
     * @throws IllegalArgumentException if it is neither
     */
    public static Permission identity(String attribute) {
        return of(PermissionResource.IDENTITY, List.of(attribute), "", List.of());
    }

    /**
     * A published set of permissions.
     *
     * @param set its name
     * @return the permission
     * @throws IllegalArgumentException if it is not a name
     */
    public static Permission include(String set) {
        return of(PermissionResource.INCLUDE, List.of(set), "", List.of());
    }

    /**
     * A published set of permissions, for one service.
     *
     * @param set its name
     * @param audience the service, as its {@code did:plc} or {@code did:web} and fragment
     * @return the permission
     * @throws IllegalArgumentException if a value is malformed
     */
    public static Permission include(String set, String audience) {
        return of(PermissionResource.INCLUDE, List.of(set), "aud", List.of(audience));
    }

    /**
     * Reads a scope.
     *
     * @param text one scope
     * @return the permission
     * @throws IllegalArgumentException if the servers would understand none of it
     */
    public static Permission parse(String text) {
        Objects.requireNonNull(text, "text");
        if (text.equals("atproto")) {
            return ATPROTO;
        }
        for (Permission each : List.of(TRANSITION_GENERIC, TRANSITION_CHAT, TRANSITION_EMAIL)) {
            if (text.equals(each.toString())) {
                return each;
            }
        }
        ScopeText parts = ScopeText.read(text);
        if (parts.resource().equals(TRANSITION)) {
            throw new IllegalArgumentException("scope: no such transitional scope");
        }
        PermissionResource about = PermissionResource.named(parts.resource());
        return of(about, about.checked(parts.parameters(about.first())));
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
     * @return its values, with those that go without saying, such as all three actions of {@code repo}; none if the resource has no
     *     such parameter
     */
    public List<String> values(String name) {
        return parameters.getOrDefault(name, List.of());
    }

    boolean isWithoutParameters() {
        return equals(ATPROTO) || resource.equals(TRANSITION);
    }

    private static Permission of(PermissionResource about, List<String> first, String second, List<String> others) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        parameters.put(about.first(), first);
        if (!others.isEmpty()) {
            parameters.put(second, others);
        }
        return of(about, about.checked(parameters));
    }

    /** Makes a permission of what {@link PermissionResource#checked} gave. */
    static Permission of(PermissionResource about, Map<String, List<String>> checked) {
        return new Permission(about.title(), about.normal(checked));
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
     * Prints the scope in the one spelling that all who say the same have.
     *
     * @return the text that {@link #parse} reads
     */
    @Override
    public String toString() {
        if (resource.equals(TRANSITION)) {
            return TRANSITION + ":" + values("").get(0);
        }
        return parameters.isEmpty()
                ? resource
                : PermissionResource.named(resource).print(parameters);
    }
}
