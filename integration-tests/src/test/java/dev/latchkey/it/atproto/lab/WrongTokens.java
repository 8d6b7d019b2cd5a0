package dev.latchkey.it.atproto.lab;

import com.google.gson.JsonObject;
import com.nimbusds.jose.jwk.ECKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Function;

/** Clients that were granted something and go wrong with it. */
final class WrongTokens {

    private static final String SESSION = "com.atproto.server.getSession";

    private WrongTokens() {}

    static void all(WrongClients.Collector them) {
        browsers(them);
        codes(them);
        refreshes(them);
        resources(them);
    }

    private static void browsers(WrongClients.Collector them) {
        Rule parameters = Rule.AUTHORIZE_PARAMETERS;
        them.breaks(parameters, "everything again", pushed(client -> client.browse(query(client) + "&scope=atproto")));
        them.breaks(parameters, "no client_id", pushed(client -> client.browse("request_uri=" + client.requestUri)));
        them.breaks(
                parameters,
                "nothing pushed",
                client -> client.browse(
                        "client_id=" + client.clientId + "&response_type=code&scope=atproto&state=" + client.state));
        them.breaks(Rule.AUTHORIZE_REQUEST_URI, "unknown", client -> {
            client.requestUri = "urn:ietf:params:oauth:request_uri:x";
            return client.browse();
        });
        them.breaks(Rule.AUTHORIZE_ONCE, "twice", pushed(client -> {
            client.browse();
            return client.browse();
        }));
        them.breaks(Rule.AUTHORIZE_CLIENT, "another client", pushed(client -> {
            client.clientId = "https://app.test/another.json";
            return client.browse();
        }));
    }

    private static Function<RawClient, Answer> pushed(Function<RawClient, Answer> next) {
        return client -> {
            RawClient.expect(client.push(), 201);
            return next.apply(client);
        };
    }

    private static String query(RawClient client) {
        return "client_id=" + URLEncoder.encode(client.clientId, StandardCharsets.UTF_8) + "&request_uri="
                + client.requestUri;
    }

    /** Goes wrong between the browser's return and the token request. */
    private static Function<RawClient, Answer> returned(Consumer<RawClient> wrong) {
        return pushed(client -> {
            RawClient.expect(client.browse(), 303);
            wrong.accept(client);
            return client.redeem();
        });
    }

    private static Consumer<RawClient> token(Consumer<RawRequest> wrong) {
        return client -> client.spoil("token", wrong);
    }

    private static void codes(WrongClients.Collector them) {
        them.breaks(Rule.TOKEN_GRANT_TYPE, "none", returned(token(request -> request.form.remove("grant_type"))));
        them.breaks(Rule.CODE_KNOWN, "guessed", returned(client -> client.code = "x"));
        them.breaks(Rule.CODE_ONCE, "twice", client -> client.signedIn().redeem());
        them.breaks(Rule.CODE_CLIENT, "another client", returned(WrongTokens::becomeAnother));
        them.breaks(
                Rule.CODE_REDIRECT_URI,
                "another",
                returned(token(request -> request.form.put("redirect_uri", "https://app.test/other"))));
        them.breaks(Rule.CODE_REDIRECT_URI, "none", returned(token(request -> request.form.remove("redirect_uri"))));
        them.breaks(Rule.CODE_VERIFIER, "another", returned(client -> client.verifier = Ids.random() + Ids.random()));
        them.breaks(Rule.CODE_VERIFIER, "none", returned(token(request -> request.form.remove("code_verifier"))));
        them.breaks(
                Rule.CODE_PROOF_KEY,
                "made at the callback, as the seed does",
                returned(client -> client.proofKey = RawJwt.newKey("new")));
        them.breaks(Rule.CODE_CLIENT_KEY, "another of the client's", twoKeys((client, second) -> {
            client.push();
            client.browse();
            client.spoil("token", request -> sign(request, second));
            return client.redeem();
        }));
        them.breaks(Rule.ASSERTION_DEMANDED, "at the token endpoint", returned(token(request -> {
            request.assertion = null;
        })));
        them.breaks(Rule.PROOF_ATH_AT_ISSUER, "at the token endpoint", returned(token(request -> {
            request.proof.claims.addProperty("ath", "x");
        })));
        them.breaks(Rule.NONCE_OF_ANOTHER_SERVER, "at the token endpoint", returned(client -> {
            client.spoil("token", request -> request.proof.claims.addProperty("nonce", client.nonces.get("pds.test")));
            client.accessToken = "x";
            client.call(SESSION);
            client.lab.log().clear();
        }));
    }

    private static void becomeAnother(RawClient client) {
        JsonObject document = client.document.deepCopy();
        client.clientId = client.clientId.replace(".json", "-other.json");
        document.addProperty("client_id", client.clientId);
        client.lab.host("app.test").document(client.clientId.substring("https://app.test".length()), document);
    }

    private static void sign(RawRequest request, ECKey key) {
        request.assertion.key = key;
        request.assertion.header.addProperty("kid", key.getKeyID());
    }

    private static Function<RawClient, Answer> twoKeys(java.util.function.BiFunction<RawClient, ECKey, Answer> wrong) {
        return client -> {
            ECKey second = RawJwt.newKey("second-key");
            JsonObject jwk = RawJwt.publicJwk(second);
            jwk.addProperty("kid", "second-key");
            client.document.getAsJsonObject("jwks").getAsJsonArray("keys").add(jwk);
            return wrong.apply(client, second);
        };
    }

    private static void refreshes(WrongClients.Collector them) {
        them.breaks(Rule.REFRESH_KNOWN, "guessed", client -> client.signedIn().refresh("x"));
        them.breaks(Rule.REFRESH_ONCE, "twice", client -> {
            String used = client.signedIn().refreshToken;
            client.refresh();
            return client.refresh(used);
        });
        them.breaks(Rule.REFRESH_CLIENT, "another client", client -> {
            becomeAnother(client.signedIn());
            return client.refresh();
        });
        them.breaks(Rule.REFRESH_PROOF_KEY, "a new key", client -> {
            client.signedIn().proofKey = RawJwt.newKey("new");
            return client.refresh();
        });
        them.breaks(Rule.REFRESH_CLIENT_KEY, "another of the client's", twoKeys((client, second) -> {
            client.signedIn().spoil("refresh", request -> sign(request, second));
            return client.refresh();
        }));
        them.breaks(Rule.REFRESH_ACCOUNT, "deleted, as the directory says", client -> {
            LabAccount gone = client.lab.account("gone.test", client.pds);
            client.hint = gone.handle();
            client.signedIn().lab.delete(gone);
            return client.refresh();
        });
        them.breaks(Rule.REVOKE_TOKEN, "none", client -> {
            client.signedIn().spoil("revoke", request -> request.form.remove("token"));
            return client.revoke();
        });
        them.breaks(Rule.ASSERTION_DEMANDED, "at revocation, as the seed does", client -> {
            client.signedIn().spoil("revoke", request -> request.assertion = null);
            return client.revoke();
        });
        them.breaks(Rule.PROOF_DEMANDED, "at revocation, as the seed does", client -> {
            client.signedIn().spoil("revoke", request -> request.proof = null);
            return client.revoke();
        });
    }

    private static Function<RawClient, Answer> resource(Consumer<RawRequest> wrong) {
        return client -> client.signedIn().spoil("resource", wrong).call(SESSION);
    }

    private static void resources(WrongClients.Collector them) {
        them.breaks(Rule.RESOURCE_SCHEME, "Bearer", client -> {
            client.signedIn();
            return client.spoil("resource", it -> it.headers.put("Authorization", "Bearer " + client.accessToken))
                    .call(SESSION);
        });
        them.breaks(Rule.RESOURCE_TOKEN, "none", resource(request -> request.headers.remove("Authorization")));
        them.breaks(Rule.RESOURCE_TOKEN, "guessed", client -> client.signedIn().call("resource", "GET", SESSION, "x"));
        them.breaks(Rule.PROOF_DEMANDED, "for a resource", resource(request -> request.proof = null));
        them.breaks(
                Rule.PROOF_HTU,
                "with the query",
                client -> client.signedIn()
                        .spoil("resource", request -> {
                            request.uri = client.pds.host().uri("/xrpc/" + SESSION + "?x=y");
                            request.proof.claims.addProperty("htu", request.uri.toString());
                        })
                        .call(SESSION));
        them.breaks(Rule.RESOURCE_TOKEN_DEAD, "refreshed, as the seed shows", client -> {
            String old = client.signedIn().accessToken;
            client.refresh();
            return client.call("resource", "GET", SESSION, old);
        });
        them.breaks(Rule.RESOURCE_TOKEN_DEAD, "revoked", client -> {
            client.signedIn().revoke();
            return client.call(SESSION);
        });
        them.breaks(Rule.RESOURCE_TOKEN_DEAD, "expired", client -> {
            client.signedIn().server.expireAccessTokens();
            return client.call(SESSION);
        });
        them.breaks(Rule.RESOURCE_AUDIENCE, "another server of the same issuer", client -> {
            LabPds other = client.lab.pds("pds2.test", client.server);
            client.signedIn();
            return new RawClientAt(client, other).call(SESSION);
        });
        them.breaks(Rule.RESOURCE_KEY, "another", client -> {
            client.signedIn().proofKey = RawJwt.newKey("new");
            return client.call(SESSION);
        });
        them.breaks(Rule.RESOURCE_SCOPE, "too little", client -> {
            client.scope = "atproto";
            return client.signedIn().call("app.bsky.actor.getPreferences");
        });
        them.breaks(Rule.RESOURCE_SCOPE, "another type of blob", client -> {
            client.asks("atproto blob?accept=image/png&accept=image/svg%2Bxml");
            return client.signedIn().upload("image/jpeg");
        });
        them.breaks(
                Rule.RESOURCE_METHOD,
                "POST of a query",
                client -> client.signedIn().call("resource", "POST", SESSION, client.accessToken));
        them.breaks(Rule.RESOURCE_PROXY, "not said", client -> client.signedIn().call("chat.bsky.convo.listConvos"));
        them.breaks(
                Rule.RESOURCE_PROXY,
                "another",
                client -> client.signedIn()
                        .spoil(
                                "resource",
                                request -> request.headers.put("atproto-proxy", "did:web:api.bsky.app#bsky_appview"))
                        .call("chat.bsky.convo.listConvos"));
    }

    /** The same client at another resource server. */
    private static final class RawClientAt {

        private final RawClient same;

        private RawClientAt(RawClient client, LabPds pds) {
            this.same = new RawClient(client.lab, client.clock, client.server, pds, "/unused.json");
            same.proofKey = client.proofKey;
            same.accessToken = client.accessToken;
        }

        private Answer call(String nsid) {
            return same.call(nsid);
        }
    }
}
