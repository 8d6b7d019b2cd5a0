package dev.latchkey.it.atproto.lab;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Clients that describe themselves wrongly. */
final class WrongDocuments {

    private WrongDocuments() {}

    static void all(WrongClients.Collector them) {
        publicly(them);
        identifiers(them);
        members(them);
        keys(them);
        addresses(them);
        development(them);
    }

    private static Function<RawClient, Answer> document(Consumer<JsonObject> change) {
        return client -> {
            change.accept(client.document);
            return client.push();
        };
    }

    private static Function<RawClient, Answer> id(String id) {
        return client -> {
            client.clientId = id;
            client.document.addProperty("client_id", id);
            return client.push();
        };
    }

    private static void publicly(WrongClients.Collector them) {
        String metadata = "/.well-known/oauth-authorization-server";
        them.breaks(Rule.DOCUMENT_METHOD, "POST", client -> {
            RawRequest request = new RawRequest(client.server.host().uri(metadata));
            return client.exchange(request);
        });
        them.breaks(
                Rule.DOCUMENT_CREDENTIALS,
                "a token for the directory",
                client -> client.get(client.lab.directory().host().uri("/did:plc:x"), "Authorization", "DPoP x"));
        them.breaks(
                Rule.DOCUMENT_CREDENTIALS,
                "a proof for metadata",
                client -> client.get(client.server.host().uri(metadata), "DPoP", "x"));
    }

    private static void identifiers(WrongClients.Collector them) {
        for (String id : List.of(
                "https://app.test",
                "https://app.test/",
                "https://app.test/client/",
                "https://app.test:8443/client.json",
                "https://app.test/client.json#here",
                "https://user@app.test/client.json",
                "https://127.0.0.1/client.json",
                "https://[::1]/client.json",
                "https://APP.test/client.json",
                "https://app.test/a/../client.json",
                "https://app.test/a/.%2e/client.json",
                "urn:app")) {
            them.breaks(Rule.CLIENT_ID_FORM, id, id(id));
        }
        them.breaks(Rule.CLIENT_DOCUMENT_STATUS, "404", id("https://app.test/nowhere.json"));
        them.breaks(Rule.CLIENT_DOCUMENT_STATUS, "201", client -> {
            client.lab.host("app.test").script(path(client), Reply.json(201, client.document));
            return client.push();
        });
        them.breaks(Rule.CLIENT_DOCUMENT_STATUS, "a redirect", client -> {
            client.lab.host("app.test").document("/moved.json", client.document);
            client.lab.host("app.test").script(path(client), Reply.redirect(302, "https://app.test/moved.json"));
            return client.push();
        });
        them.breaks(Rule.CLIENT_DOCUMENT_TYPE, "text", client -> {
            client.lab.host("app.test").script(path(client), Reply.text(client.document.toString()));
            return client.push();
        });
        them.breaks(Rule.CLIENT_DOCUMENT_TYPE, "no JSON", client -> {
            client.lab.host("app.test").script(path(client), Reply.of(200, "application/json", "<html>"));
            return client.push();
        });
        them.breaks(
                Rule.CLIENT_DOCUMENT_ID, "another", document(it -> it.addProperty("client_id", "https://app.test/x")));
        them.breaks(Rule.CLIENT_DOCUMENT_ID, "none", document(it -> it.remove("client_id")));
    }

    private static String path(RawClient client) {
        return client.clientId.substring("https://app.test".length());
    }

    private static void members(WrongClients.Collector them) {
        them.breaks(
                Rule.CLIENT_APPLICATION_TYPE, "browser", document(it -> it.addProperty("application_type", "browser")));
        them.breaks(Rule.CLIENT_NATIVE_PUBLIC, "native with a key", document(it -> {
            it.addProperty("application_type", "native");
        }));
        them.breaks(Rule.CLIENT_GRANT_TYPES, "none", document(it -> it.remove("grant_types")));
        them.breaks(
                Rule.CLIENT_GRANT_TYPES,
                "refresh_token alone",
                document(it -> it.add("grant_types", Json.array("refresh_token"))));
        them.breaks(
                Rule.CLIENT_GRANT_TYPES,
                "implicit too",
                document(it -> it.add("grant_types", Json.array("authorization_code", "implicit"))));
        them.breaks(Rule.CLIENT_RESPONSE_TYPES, "response_type, as the seed writes", document(it -> {
            it.add("response_type", it.remove("response_types"));
        }));
        them.breaks(
                Rule.CLIENT_RESPONSE_TYPES,
                "token too",
                document(it -> it.add("response_types", Json.array("code", "token"))));
        them.breaks(
                Rule.CLIENT_SCOPE,
                "without atproto",
                document(it -> it.addProperty("scope", "transition:generic atproto2")));
        them.breaks(Rule.CLIENT_SCOPE, "none", document(it -> it.remove("scope")));
        them.breaks(Rule.CLIENT_DPOP_BOUND, "false", document(it -> it.addProperty("dpop_bound_access_tokens", false)));
        them.breaks(Rule.CLIENT_DPOP_BOUND, "not said", document(it -> it.remove("dpop_bound_access_tokens")));
        them.breaks(Rule.CLIENT_DPOP_BOUND, "a string", document(it -> {
            it.addProperty("dpop_bound_access_tokens", "true");
        }));
        them.breaks(Rule.CLIENT_AUTH_METHOD, "not said", document(it -> it.remove("token_endpoint_auth_method")));
        them.breaks(
                Rule.CLIENT_AUTH_METHOD,
                "a secret",
                document(it -> it.addProperty("token_endpoint_auth_method", "client_secret_post")));
        them.breaks(Rule.CLIENT_SIGNING_ALG, "not said", document(it -> it.remove("token_endpoint_auth_signing_alg")));
        them.breaks(
                Rule.CLIENT_SIGNING_ALG,
                "none",
                document(it -> it.addProperty("token_endpoint_auth_signing_alg", "none")));
    }

    private static void keys(WrongClients.Collector them) {
        them.breaks(Rule.CLIENT_KEYS, "none", document(it -> it.remove("jwks")));
        them.breaks(Rule.CLIENT_KEYS, "empty", document(it -> {
            it.getAsJsonObject("jwks").add("keys", Json.array());
        }));
        them.breaks(Rule.CLIENT_KEYS, "both", document(it -> it.addProperty("jwks_uri", "https://app.test/jwks.json")));
        them.breaks(Rule.CLIENT_KEYS, "over http", document(it -> {
            it.remove("jwks");
            it.addProperty("jwks_uri", "http://app.test/jwks.json");
        }));
        them.breaks(Rule.CLIENT_KEY_ID, "none", document(it -> key(it).remove("kid")));
        them.breaks(Rule.CLIENT_KEY_PRIVATE, "private", client -> {
            client.document.getAsJsonObject("jwks").getAsJsonArray("keys").set(0, RawJwt.privateJwk(client.clientKey));
            return client.push();
        });
    }

    private static JsonObject key(JsonObject document) {
        return document.getAsJsonObject("jwks").getAsJsonArray("keys").get(0).getAsJsonObject();
    }

    private static Function<RawClient, Answer> redirects(boolean isNative, String... uris) {
        return client -> {
            if (isNative) {
                client.open();
                client.document.addProperty("application_type", "native");
            }
            client.document.add("redirect_uris", Json.array(uris));
            return client.push();
        };
    }

    private static void addresses(WrongClients.Collector them) {
        Rule rule = Rule.CLIENT_REDIRECT_URIS;
        them.breaks(rule, "none", redirects(false));
        them.breaks(rule, "web over http", redirects(false, RawClient.CALLBACK, "http://app.test/callback"));
        them.breaks(rule, "web on loopback", redirects(false, "http://127.0.0.1/callback"));
        them.breaks(rule, "web with a scheme", redirects(false, "test.app:/callback"));
        them.breaks(rule, "native with another's scheme", redirects(true, "com.example:/callback"));
        them.breaks(rule, "native with two slashes", redirects(true, "test.app://callback"));
        them.breaks(rule, "native at another origin", redirects(true, "https://other.test/callback"));
        them.breaks(rule, "native at localhost", redirects(true, "http://localhost/callback"));
        them.breaks(Rule.CLIENT_URI, "elsewhere", document(it -> it.addProperty("client_uri", "https://www.test")));
        them.breaks(Rule.CLIENT_URI, "below", document(it -> it.addProperty("client_uri", "https://app.test/other")));
        them.breaks(Rule.CLIENT_LINKS, "http", document(it -> it.addProperty("logo_uri", "http://app.test/l.png")));
    }

    private static Function<RawClient, Answer> localhost(String id, String back) {
        return client -> {
            client.localhost(id, back).scope = "atproto";
            return client.push();
        };
    }

    private static void development(WrongClients.Collector them) {
        Rule form = Rule.LOCALHOST_CLIENT_FORM;
        them.breaks(form, "a port", localhost("http://localhost:8080", "http://127.0.0.1/"));
        them.breaks(form, "an address", localhost("http://127.0.0.1", "http://127.0.0.1/"));
        them.breaks(form, "a path", localhost("http://localhost/client.json", "http://127.0.0.1/"));
        them.breaks(form, "another parameter", localhost("http://localhost?name=x", "http://127.0.0.1/"));
        them.breaks(form, "two scopes", localhost("http://localhost?scope=atproto&scope=x", "http://127.0.0.1/"));
        them.breaks(form, "another host", localhost("http://app.test/client.json", "http://127.0.0.1/"));
        String back = "http://localhost?redirect_uri=";
        them.breaks(Rule.LOCALHOST_REDIRECT, "localhost", localhost(back + "http://localhost/", "http://localhost/"));
        them.breaks(Rule.LOCALHOST_REDIRECT, "a host", localhost(back + "https://app.test/x", "https://app.test/x"));
        them.breaks(
                Rule.ASSERTION_OF_PUBLIC_CLIENT,
                "at localhost, as the seed does",
                client -> client.localhost("http://localhost?scope=atproto+transition:generic", "http://127.0.0.1/")
                        .spoil("par", request -> request.form.put("client_assertion", "x"))
                        .push());
    }
}
