package dev.latchkey.auth.atproto;

import dev.latchkey.auth.token.Scopes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a session may do, by the scopes that were granted to it: those of a sign-in's answer, or of the access token, which a
 * refresh may have changed.
 *
 * <pre>{@code
 * Permissions granted = Permissions.granted(client.tokens(account).token().scopes());
 * if (granted.allowsRepo(Nsid.of("app.example.post"), "create")) { … }
 * }</pre>
 *
 * <p>The answers are those of the reference server, transitional scopes included. They are good for what to show and what to ask
 * for: what is allowed in the end the server says at each call. Immutable, and safe for use by any number of threads.
 *
 * @see <a href="https://atproto.com/specs/permission">Permissions</a>, "Resource Types"
 * @see <a href="https://atproto.com/specs/oauth#authorization-scopes">OAuth</a>, "Authorization Scopes", on transitional ones
 */
public final class Permissions {

    private static final String CHAT = "chat.bsky.";

    private final Scopes granted;
    private final Set<Permission> known = new LinkedHashSet<>();
    private final List<Part> parts = new ArrayList<>();
    private final Scopes unknown;

    private Permissions(Scopes granted) {
        this.granted = granted;
        List<String> others = new ArrayList<>();
        for (String each : granted) {
            try {
                Permission permission = Permission.parse(each);
                known.add(permission);
                if (!permission.isWithoutParameters()) {
                    parts.add(new Part(ScopeText.read(each)));
                }
            } catch (IllegalArgumentException e) {
                others.add(each);
            }
        }
        this.unknown = Scopes.of(others);
    }

    /**
     * Reads what was granted.
     *
     * @param scopes the scopes of a token or of its answer; those that are not understood are passed over, as the servers do
     * @return the permissions in them
     */
    public static Permissions granted(Scopes scopes) {
        return new Permissions(Objects.requireNonNull(scopes, "scopes"));
    }

    /**
     * Asks for writing records.
     *
     * @param collection the records' collection
     * @param action {@code create}, {@code update} or {@code delete}
     * @return true if it is allowed
     * @throws IllegalArgumentException if there is no such action
     */
    public boolean allowsRepo(Nsid collection, String action) {
        Objects.requireNonNull(collection, "collection");
        PermissionResource.REPO.check("action", action);
        return allowsRepo(collection.toString(), action);
    }

    private boolean allowsRepo(String collection, String action) {
        return isGeneric()
                || any(
                        PermissionResource.REPO,
                        part -> part.has("collection", collection) && part.has("action", action));
    }

    /**
     * Asks for uploading a file.
     *
     * @param mediaType the file's media type as it will be sent, such as {@code image/png}; case matters
     * @return true if it is allowed
     */
    public boolean allowsBlob(String mediaType) {
        Objects.requireNonNull(mediaType, "mediaType");
        return isGeneric() || (MediaRange.isType(mediaType) && acceptsAll(mediaType));
    }

    private boolean acceptsAll(String range) {
        return any(
                PermissionResource.BLOB,
                part -> part.values("accept").stream().anyMatch(accept -> MediaRange.has(accept, range)));
    }

    /**
     * Asks for calling a method of another service in the account's name.
     *
     * @param method the method
     * @param audience the service, as its DID and fragment
     * @return true if it is allowed
     */
    public boolean allowsRpc(Nsid method, String audience) {
        return allowsRpc(method.toString(), Objects.requireNonNull(audience, "audience"));
    }

    private boolean allowsRpc(String method, String audience) {
        return known.contains(method.startsWith(CHAT) ? Permission.TRANSITION_CHAT : Permission.TRANSITION_GENERIC)
                || any(PermissionResource.RPC, part -> part.has("lxm", method) && part.has("aud", audience));
    }

    /**
     * Asks for details of the account.
     *
     * @param attribute {@code email}, {@code repo} or {@code status}
     * @param action {@code read} or {@code manage}, which has the other in it
     * @return true if it is allowed
     * @throws IllegalArgumentException if there is no such attribute or action
     */
    public boolean allowsAccount(String attribute, String action) {
        PermissionResource.ACCOUNT.check("attr", attribute);
        PermissionResource.ACCOUNT.check("action", action);
        boolean transitional =
                attribute.equals("email") && action.equals("read") && known.contains(Permission.TRANSITION_EMAIL);
        return transitional
                || any(
                        PermissionResource.ACCOUNT,
                        part -> part.has("attr", attribute)
                                && (part.has("action", action) || part.has("action", "manage")));
    }

    /**
     * Asks for changing the account's DID document or handle.
     *
     * @param attribute {@code handle}, or {@code *} for all
     * @return true if it is allowed
     * @throws IllegalArgumentException if there is no such attribute
     */
    public boolean allowsIdentity(String attribute) {
        PermissionResource.IDENTITY.check("attr", attribute);
        return any(PermissionResource.IDENTITY, part -> part.has("attr", attribute));
    }

    /**
     * Asks whether all that a permission says was granted, by whatever scopes together. That is what tells a grant that is less than what was
     * asked for.
     *
     * @param permission what was asked for. Of a set ({@link Permission#include}) servers grant the permissions in its place, so that
     *     none is found
     * @return true if nothing of it is missing
     */
    public boolean allows(Permission permission) {
        return known.contains(permission) || allowsParts(permission);
    }

    private boolean allowsParts(Permission permission) {
        List<String> actions = permission.values("action");
        switch (permission.resource()) {
            case "repo":
                return permission.values("collection").stream()
                        .allMatch(each -> actions.stream().allMatch(action -> allowsRepo(each, action)));
            case "rpc":
                return permission.values("lxm").stream()
                        .allMatch(each -> permission.values("aud").stream().allMatch(aud -> allowsRpc(each, aud)));
            case "blob":
                return isGeneric() || permission.values("accept").stream().allMatch(this::acceptsAll);
            case "account":
                return permission.values("attr").stream()
                        .allMatch(each -> actions.stream().allMatch(action -> allowsAccount(each, action)));
            case "identity":
                return permission.values("attr").stream().allMatch(this::allowsIdentity);
            default:
                return false;
        }
    }

    /**
     * Tells what is not understood: malformed scopes, and those of a later time.
     *
     * @return the scopes that were passed over, as they were granted
     */
    public Scopes unknown() {
        return unknown;
    }

    private boolean isGeneric() {
        return known.contains(Permission.TRANSITION_GENERIC);
    }

    private boolean any(PermissionResource resource, Predicate<Part> predicate) {
        return parts.stream().anyMatch(part -> part.resource == resource && predicate.test(part));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Permissions && granted.equals(((Permissions) other).granted);
    }

    @Override
    public int hashCode() {
        return granted.hashCode();
    }

    /** Returns what was granted, as it was granted. */
    @Override
    public String toString() {
        return granted.toString();
    }

    /** A scope as the server goes by it, which looks for media types as they are written. */
    private static final class Part {

        final PermissionResource resource;
        final Map<String, List<String>> parameters;

        Part(ScopeText text) {
            this.resource = PermissionResource.named(text.resource());
            this.parameters = resource.checked(text.parameters(resource.first()));
        }

        List<String> values(String name) {
            return parameters.getOrDefault(name, List.of());
        }

        /** Whether it says a value. A media type's star is another matter. */
        boolean has(String name, String value) {
            return values(name).contains(value) || values(name).contains("*");
        }
    }
}
