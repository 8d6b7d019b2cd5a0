package dev.latchkey.it.atproto.lab;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.net.URI;
import java.text.ParseException;
import java.util.List;
import java.util.Set;

/** A client's metadata, which kept all the rules. Immutable. */
final class ClientDocument {

    private static final String INVALID = "invalid_client_metadata";

    private final String id;
    private final boolean open;
    private final RedirectUris redirectUris;
    private final Set<String> scopes;
    private final JWKSet keys;

    private ClientDocument(String id, boolean open, RedirectUris redirectUris, Set<String> scopes, JWKSet keys) {
        this.id = id;
        this.open = open;
        this.redirectUris = redirectUris;
        this.scopes = scopes;
        this.keys = keys;
    }

    /** A client that its URL describes. */
    static ClientDocument development(String id, RedirectUris redirectUris, Set<String> scopes) {
        return new ClientDocument(id, true, redirectUris, scopes, new JWKSet());
    }

    /**
     * Checks a document.
     *
     * @param jwks gives the text behind {@code jwks_uri}
     */
    static ClientDocument of(URI id, JsonObject document, Fetched jwks) throws Refusal {
        Refusal.unless(Json.text(document, "client_id").equals(id.toString()), Rule.CLIENT_DOCUMENT_ID, INVALID);
        String type = document.has("application_type") ? Json.text(document, "application_type") : "web";
        Refusal.unless(Set.of("web", "native").contains(type), Rule.CLIENT_APPLICATION_TYPE, INVALID);
        List<String> grants = Json.texts(document, "grant_types");
        Refusal.unless(
                grants.contains("authorization_code")
                        && Set.of("authorization_code", "refresh_token").containsAll(grants),
                Rule.CLIENT_GRANT_TYPES,
                INVALID);
        Refusal.unless(
                Json.texts(document, "response_types").equals(List.of("code")), Rule.CLIENT_RESPONSE_TYPES, INVALID);
        Set<String> scopes = Set.copyOf(List.of(Json.text(document, "scope").split(" ", -1)));
        Refusal.unless(scopes.contains("atproto"), Rule.CLIENT_SCOPE, INVALID);
        Refusal.unless(Json.isTrue(document, "dpop_bound_access_tokens"), Rule.CLIENT_DPOP_BOUND, INVALID);
        RedirectUris redirectUris = RedirectUris.of(Json.texts(document, "redirect_uris"), type.equals("native"), id);
        links(id, document);
        boolean open = open(document, type);
        return new ClientDocument(
                id.toString(), open, redirectUris, scopes, open ? new JWKSet() : keys(document, jwks));
    }

    private static boolean open(JsonObject document, String type) throws Refusal {
        String method = Json.text(document, "token_endpoint_auth_method");
        Refusal.unless(Set.of("none", "private_key_jwt").contains(method), Rule.CLIENT_AUTH_METHOD, INVALID);
        boolean open = method.equals("none");
        Refusal.unless(open || !type.equals("native"), Rule.CLIENT_NATIVE_PUBLIC, INVALID);
        Refusal.unless(
                open
                        ? !document.has("token_endpoint_auth_signing_alg")
                        : Json.text(document, "token_endpoint_auth_signing_alg").equals("ES256"),
                Rule.CLIENT_SIGNING_ALG,
                INVALID);
        return open;
    }

    private static void links(URI id, JsonObject document) throws Refusal {
        if (document.has("client_uri")) {
            URI uri = URI.create(Json.text(document, "client_uri"));
            String parent = String.valueOf(uri.getPath());
            Refusal.unless(
                    "https".equals(uri.getScheme())
                            && String.valueOf(id.getHost()).equals(uri.getHost())
                            && (id.getPath().equals(parent)
                                    || id.getPath().startsWith(parent.endsWith("/") ? parent : parent + "/")),
                    Rule.CLIENT_URI,
                    INVALID);
        }
        for (String link : List.of("logo_uri", "tos_uri", "policy_uri")) {
            Refusal.unless(
                    !document.has(link) || Json.text(document, link).startsWith("https://"),
                    Rule.CLIENT_LINKS,
                    INVALID);
        }
    }

    private static JWKSet keys(JsonObject document, Fetched fetched) throws Refusal {
        JsonElement inside = document.get("jwks");
        String outside = Json.text(document, "jwks_uri");
        Refusal.unless(
                inside != null ? !document.has("jwks_uri") : outside.startsWith("https://"), Rule.CLIENT_KEYS, INVALID);
        try {
            JWKSet keys = JWKSet.parse(inside != null ? inside.toString() : fetched.get(URI.create(outside)));
            Refusal.unless(!keys.getKeys().isEmpty(), Rule.CLIENT_KEYS, INVALID);
            for (JWK key : keys.getKeys()) {
                Refusal.unless(key.getKeyID() != null && !key.getKeyID().isEmpty(), Rule.CLIENT_KEY_ID, INVALID);
                Refusal.unless(!key.isPrivate(), Rule.CLIENT_KEY_PRIVATE, INVALID);
            }
            return keys;
        } catch (ParseException e) {
            throw Refusal.of(Rule.CLIENT_KEYS, INVALID);
        }
    }

    String id() {
        return id;
    }

    boolean isPublic() {
        return open;
    }

    RedirectUris redirectUris() {
        return redirectUris;
    }

    Set<String> scopes() {
        return scopes;
    }

    JWKSet keys() {
        return keys;
    }

    /** Gets a text by its address. */
    interface Fetched {

        String get(URI uri) throws Refusal;
    }
}
