package dev.latchkey.it.atproto.lab;

import com.google.gson.JsonObject;
import com.nimbusds.jose.jwk.ECKey;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Clients that push wrongly: form, authentication, proof and parameters, which are the same at every endpoint. */
final class WrongRequests {

    private static final ECKey ANOTHER = RawJwt.newKey("client-key");

    private WrongRequests() {}

    static void all(WrongClients.Collector them) {
        forms(them);
        assertions(them);
        proofs(them);
        proofClaims(them);
        parameters(them);
        freshness(them);
    }

    private static Function<RawClient, Answer> par(Consumer<RawRequest> wrong) {
        return client -> client.spoil("par", wrong).push();
    }

    private static Function<RawClient, Answer> form(String name, String value) {
        return par(request -> request.form.put(name, value));
    }

    private static Function<RawClient, Answer> without(String name) {
        return par(request -> request.form.remove(name));
    }

    private static Function<RawClient, Answer> assertion(Consumer<JsonObject> change) {
        return par(request -> change.accept(request.assertion.claims));
    }

    private static Function<RawClient, Answer> proof(Consumer<JsonObject> change) {
        return par(request -> change.accept(request.proof.claims));
    }

    private static Function<RawClient, Answer> proofHeader(Consumer<JsonObject> change) {
        return par(request -> change.accept(request.proof.header));
    }

    private static void forms(WrongClients.Collector them) {
        them.breaks(Rule.FORM_POST, "JSON", par(request -> request.contentType = "application/json"));
        them.breaks(Rule.FORM_POST, "GET", par(request -> request.method = "GET"));
        them.breaks(
                Rule.FORM_POST,
                "a query",
                client -> client.spoil("par", request -> {
                            request.uri = client.server.host().uri("/oauth/par?x=y");
                        })
                        .push());
        them.breaks(Rule.FORM_REPEATED, "scope", par(request -> request.more = "&scope=atproto"));
        them.breaks(Rule.CLIENT_ID_PRESENT, "none", without("client_id"));
        them.breaks(Rule.CLIENT_SECRET, "in the form", form("client_secret", "s"));
        them.breaks(Rule.CLIENT_SECRET, "as Basic", par(request -> request.headers.put("Authorization", "Basic eDp5")));
    }

    private static void assertions(WrongClients.Collector them) {
        them.breaks(Rule.ASSERTION_DEMANDED, "none", par(request -> request.assertion = null));
        them.breaks(
                Rule.ASSERTION_OF_PUBLIC_CLIENT,
                "of a public client",
                client -> client.open()
                        .spoil("par", request -> request.form.put("client_assertion", "x"))
                        .push());
        them.breaks(Rule.ASSERTION_TYPE, "none", without("client_assertion_type"));
        them.breaks(Rule.ASSERTION_TYPE, "SAML", form("client_assertion_type", "urn:saml"));
        for (String algorithm : List.of("none", "RS256", "ES384", "HS256")) {
            them.breaks(
                    Rule.ASSERTION_ALG,
                    algorithm,
                    par(request -> request.assertion.header.addProperty("alg", algorithm)));
        }
        them.breaks(Rule.ASSERTION_ALG, "no JWT", par(request -> request.spoilAssertion = jwt -> "x"));
        them.breaks(Rule.ASSERTION_KID, "none", par(request -> request.assertion.header.remove("kid")));
        them.breaks(Rule.ASSERTION_KEY, "unknown", par(request -> request.assertion.header.addProperty("kid", "x")));
        them.breaks(Rule.ASSERTION_KEY, "another's", par(request -> request.assertion.key = ANOTHER));
        them.breaks(Rule.ASSERTION_ISS, "another", assertion(it -> it.addProperty("iss", "https://app.test/x")));
        them.breaks(Rule.ASSERTION_SUB, "another", assertion(it -> it.addProperty("sub", "https://app.test/x")));
        them.breaks(Rule.ASSERTION_SUB, "none", assertion(it -> it.remove("sub")));
        for (String audience : List.of("https://as.test/oauth/token", "https://as.test/", "https://pds.test")) {
            them.breaks(Rule.ASSERTION_AUD, audience, assertion(it -> it.addProperty("aud", audience)));
        }
        them.breaks(Rule.ASSERTION_AUD, "none", assertion(it -> it.remove("aud")));
        them.breaks(Rule.ASSERTION_IAT, "none", assertion(it -> it.remove("iat")));
        them.breaks(Rule.ASSERTION_IAT, "a minute old", assertion(it -> move(it, "iat", -60)));
        them.breaks(Rule.ASSERTION_IAT, "in the future", assertion(it -> move(it, "iat", 2)));
        them.breaks(Rule.ASSERTION_EXP, "none", assertion(it -> it.remove("exp")));
        them.breaks(Rule.ASSERTION_EXP, "now", assertion(it -> move(it, "exp", -60)));
        them.breaks(Rule.ASSERTION_JTI, "none", assertion(it -> it.remove("jti")));
        String same = Ids.random();
        them.breaks(Rule.ASSERTION_JTI_REPLAY, "also with the nonce", assertion(it -> it.addProperty("jti", same)));
        them.breaks(Rule.ASSERTION_NOT_PROOF_KEY, "one key for both", client -> {
            client.proofKey = client.clientKey;
            return client.push();
        });
    }

    private static void move(JsonObject claims, String name, int seconds) {
        claims.addProperty(name, claims.get(name).getAsLong() + seconds);
    }

    private static void proofs(WrongClients.Collector them) {
        them.breaks(Rule.PROOF_DEMANDED, "none, as the seed does", par(request -> request.proof = null));
        them.breaks(Rule.PROOF_DEMANDED, "two", par(request -> request.secondProof = true));
        them.breaks(Rule.PROOF_TYP, "JWT", proofHeader(it -> it.addProperty("typ", "JWT")));
        them.breaks(Rule.PROOF_TYP, "none", proofHeader(it -> it.remove("typ")));
        for (String algorithm : List.of("none", "RS256", "HS256")) {
            them.breaks(Rule.PROOF_ALG, algorithm, proofHeader(it -> it.addProperty("alg", algorithm)));
        }
        them.breaks(Rule.PROOF_JWK, "none", proofHeader(it -> it.remove("jwk")));
        them.breaks(
                Rule.PROOF_JWK_PRIVATE,
                "the whole key",
                client -> client.spoil("par", it -> it.proof.header.add("jwk", RawJwt.privateJwk(client.proofKey)))
                        .push());
        them.breaks(Rule.PROOF_SIGNATURE, "another's", par(request -> request.proof.key = ANOTHER));
    }

    private static void proofClaims(WrongClients.Collector them) {
        them.breaks(Rule.PROOF_HTM, "lower case", proof(it -> it.addProperty("htm", "post")));
        them.breaks(Rule.PROOF_HTM, "another", proof(it -> it.addProperty("htm", "GET")));
        for (String uri : List.of(
                "https://as.test/oauth/token",
                "https://as.test/oauth/par?x=y",
                "https://as.test/oauth/par#x",
                "https://as.test",
                "http://as.test/oauth/par")) {
            them.breaks(Rule.PROOF_HTU, uri, proof(it -> it.addProperty("htu", uri)));
        }
        them.breaks(Rule.PROOF_IAT, "none", proof(it -> it.remove("iat")));
        them.breaks(Rule.PROOF_IAT, "old", proof(it -> move(it, "iat", -181)));
        them.breaks(Rule.PROOF_IAT, "in the future", proof(it -> move(it, "iat", 181)));
        them.breaks(Rule.PROOF_JTI, "none", proof(it -> it.remove("jti")));
        String same = Ids.random();
        them.breaks(Rule.PROOF_JTI_REPLAY, "also with the nonce", proof(it -> it.addProperty("jti", same)));
        them.breaks(Rule.PROOF_ATH_AT_ISSUER, "at PAR", proof(it -> it.addProperty("ath", Ids.sha256("x"))));
        them.breaks(Rule.PROOF_ATH, "none", client -> {
            client.signedIn().spoil("resource", it -> it.proof.claims.remove("ath"));
            return client.call("com.atproto.server.getSession");
        });
        them.breaks(Rule.PROOF_ATH, "of another token", client -> {
            client.signedIn().spoil("resource", it -> it.proof.claims.addProperty("ath", Ids.sha256("x")));
            return client.call("com.atproto.server.getSession");
        });
        them.breaks(Rule.NONCE_OF_ANOTHER_SERVER, "one for both, as the seed has", client -> {
            client.signedIn();
            String nonce = client.nonces.get("as.test");
            client.spoil("resource", it -> it.proof.claims.addProperty("nonce", nonce));
            return client.call("com.atproto.server.getSession");
        });
    }

    private static void parameters(WrongClients.Collector them) {
        them.breaks(Rule.PAR_REQUEST_URI, "pushed", form("request_uri", "urn:x"));
        them.breaks(Rule.PAR_RESPONSE_TYPE, "none", without("response_type"));
        them.breaks(Rule.PAR_RESPONSE_TYPE, "token", form("response_type", "token"));
        them.breaks(Rule.PAR_RESPONSE_MODE, "unknown", form("response_mode", "web_message"));
        them.breaks(Rule.PAR_CHALLENGE, "none", without("code_challenge"));
        them.breaks(Rule.PAR_CHALLENGE, "short", form("code_challenge", "x"));
        them.breaks(Rule.PAR_CHALLENGE_METHOD, "none", without("code_challenge_method"));
        them.breaks(Rule.PAR_CHALLENGE_METHOD, "plain", form("code_challenge_method", "plain"));
        them.breaks(Rule.PAR_STATE, "none", without("state"));
        them.breaks(Rule.PAR_STATE, "guessable", form("state", "1"));
        them.breaks(Rule.PAR_REDIRECT_URI, "none", without("redirect_uri"));
        them.breaks(Rule.PAR_REDIRECT_URI, "another", form("redirect_uri", "https://app.test/other"));
        them.breaks(Rule.PAR_REDIRECT_URI, "a port", form("redirect_uri", "https://app.test:444/callback"));
        them.breaks(Rule.PAR_SCOPE, "none", without("scope"));
        them.breaks(Rule.PAR_SCOPE, "without atproto", form("scope", "transition:generic"));
        them.breaks(Rule.PAR_SCOPE, "undeclared", form("scope", "atproto transition:email"));
        them.breaks(Rule.PAR_CHAT_SCOPE, "alone", form("scope", "atproto transition:chat.bsky"));
        for (String scope : List.of(
                "blob?accept=image/png&accept=image/svg+xml",
                "blob:image",
                "blob:image/png?accept=image/gif",
                "blob:image%20/png",
                "repo",
                "repo:post",
                "repo:app.example.post?action=read",
                "repo:app.example.post?verb=create",
                "rpc:app.example.search",
                "rpc:*?aud=*",
                "rpc:app.example.search?aud=did:web:example.com",
                "account:password",
                "identity:email",
                "include:app",
                "transition:everything",
                "blobs:image/png")) {
            them.breaks(
                    Rule.PAR_PERMISSION,
                    scope,
                    client -> client.asks("atproto " + scope).push());
        }
        them.breaks(Rule.PAR_LOGIN_HINT, "an at sign", form("login_hint", "@alice.test"));
        them.breaks(Rule.PAR_LOGIN_HINT, "a server", form("login_hint", "https://pds.test"));
        them.breaks(Rule.PAR_DPOP_JKT, "another", form("dpop_jkt", "x"));
    }

    private static void freshness(WrongClients.Collector them) {
        them.breaks(Rule.PAR_STATE_FRESH, "twice", again(client -> client.verifier = Ids.random() + Ids.random()));
        them.breaks(Rule.PAR_CHALLENGE_FRESH, "twice", again(client -> client.state = Ids.random()));
        them.breaks(Rule.PAR_PROOF_KEY_FRESH, "twice", client -> {
            client.push();
            client.verifier = Ids.random() + Ids.random();
            client.state = Ids.random();
            return client.push();
        });
    }

    /** A second push with another proof key, and one thing that is new. */
    private static Function<RawClient, Answer> again(Consumer<RawClient> renew) {
        return client -> {
            client.push();
            client.proofKey = RawJwt.newKey("another");
            renew.accept(client);
            return client.push();
        };
    }
}
