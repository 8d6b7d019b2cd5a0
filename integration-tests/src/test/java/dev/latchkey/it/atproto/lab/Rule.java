package dev.latchkey.it.atproto.lab;

import java.util.Locale;

/** What a client must do, as far as a server can see it. The names are stable: tests and logs speak of them. */
public enum Rule {
    DOCUMENT_METHOD("public documents are read by GET"),
    DOCUMENT_CREDENTIALS("whoever serves a public document is shown no credentials"),

    CLIENT_ID_FORM("client_id is a canonical https URL with a path, and without port, address, user or fragment"),
    CLIENT_DOCUMENT_STATUS("the client's document is served with 200 and no redirect"),
    CLIENT_DOCUMENT_TYPE("the client's document is application/json"),
    CLIENT_DOCUMENT_ID("client_id in the document is the URL that it lies at"),
    CLIENT_APPLICATION_TYPE("application_type is web or native"),
    CLIENT_NATIVE_PUBLIC("a native client is a public one"),
    CLIENT_GRANT_TYPES("grant_types has authorization_code, and nothing but refresh_token beside it"),
    CLIENT_RESPONSE_TYPES("response_types is code alone"),
    CLIENT_SCOPE("the document's scope has atproto"),
    CLIENT_DPOP_BOUND("dpop_bound_access_tokens is true"),
    CLIENT_AUTH_METHOD("token_endpoint_auth_method is said, and is none or private_key_jwt"),
    CLIENT_SIGNING_ALG(
            "token_endpoint_auth_signing_alg is ES256 for a confidential client, and absent for a public one"),
    CLIENT_KEYS("a confidential client has jwks or an https jwks_uri, and not both"),
    CLIENT_KEY_ID("each key of the client has a kid"),
    CLIENT_KEY_PRIVATE("the client publishes no private key"),
    CLIENT_REDIRECT_URIS("there is at least one redirect URI, and each has a form that its application type allows"),
    CLIENT_URI("client_uri has the host of client_id and a parent path"),
    CLIENT_LINKS("logo, terms and policy are https"),
    LOCALHOST_CLIENT_FORM("a development client is http://localhost with redirect_uri and one scope, and nothing else"),
    LOCALHOST_REDIRECT("a development client is sent back to 127.0.0.1 or [::1]"),

    FORM_POST("the endpoint takes a POST of a form"),
    FORM_REPEATED("no parameter is given twice"),
    CLIENT_ID_PRESENT("client_id is given"),
    CLIENT_SECRET("there are no client secrets"),
    ASSERTION_DEMANDED("a confidential client authenticates itself on each request"),
    ASSERTION_OF_PUBLIC_CLIENT("a public client sends no assertion"),
    ASSERTION_TYPE("client_assertion_type is that of a JWT bearer assertion"),
    ASSERTION_ALG("the assertion is signed with ES256"),
    ASSERTION_KID("the assertion names its key"),
    ASSERTION_KEY("the named key is published and made the signature"),
    ASSERTION_ISS("iss of the assertion is the client"),
    ASSERTION_SUB("sub of the assertion is the client"),
    ASSERTION_AUD("aud of the assertion is the issuer exactly"),
    ASSERTION_IAT("iat of the assertion is there, not in the future, and less than a minute old"),
    ASSERTION_EXP("exp of the assertion is there and lies in the future"),
    ASSERTION_JTI("the assertion has a jti"),
    ASSERTION_JTI_REPLAY("each request has an assertion of its own"),
    ASSERTION_NOT_PROOF_KEY("the assertion's key is not that of the proofs"),

    PROOF_DEMANDED("there is exactly one proof on each request"),
    PROOF_TYP("typ of the proof is dpop+jwt"),
    PROOF_ALG("the proof is signed with ES256"),
    PROOF_JWK("the proof holds its public key"),
    PROOF_JWK_PRIVATE("the proof holds no private key"),
    PROOF_SIGNATURE("the key in the proof made its signature"),
    PROOF_HTM("htm is the request's method"),
    PROOF_HTU("htu is the request's URI without query and fragment"),
    PROOF_IAT("iat of the proof is there and near the server's time"),
    PROOF_JTI("the proof has a jti"),
    PROOF_JTI_REPLAY("each request has a proof of its own"),
    PROOF_ATH_AT_ISSUER("a proof for the authorization server has no ath"),
    PROOF_ATH("ath of a proof for a resource is the token's hash"),
    NONCE_OF_ANOTHER_SERVER("a nonce goes back to the server that gave it"),

    PAR_RESPONSE_TYPE("response_type is code"),
    PAR_RESPONSE_MODE("response_mode is query, fragment or not given"),
    PAR_CHALLENGE("code_challenge is a SHA-256 hash"),
    PAR_CHALLENGE_METHOD("code_challenge_method is S256"),
    PAR_CHALLENGE_FRESH("each authorization has a verifier of its own"),
    PAR_STATE("state is given, and long enough to be random"),
    PAR_STATE_FRESH("each authorization has a state of its own"),
    PAR_PROOF_KEY_FRESH("each authorization has a DPoP key of its own"),
    PAR_REDIRECT_URI("redirect_uri is one of the client's"),
    PAR_SCOPE("scope has atproto and only what the client declared"),
    PAR_CHAT_SCOPE("transition:chat.bsky comes with transition:generic"),
    PAR_PERMISSION("each scope is one that the server understands; behind its question mark a plus is a space"),
    PAR_LOGIN_HINT("login_hint is a handle or a DID"),
    PAR_REQUEST_URI("request_uri is not pushed"),
    PAR_DPOP_JKT("dpop_jkt is the thumbprint of the proof's key"),

    AUTHORIZE_PARAMETERS("the browser brings client_id and request_uri and nothing else"),
    AUTHORIZE_REQUEST_URI("request_uri is known and not older than five minutes"),
    AUTHORIZE_ONCE("request_uri is used once"),
    AUTHORIZE_CLIENT("request_uri belongs to the client"),

    TOKEN_GRANT_TYPE("grant_type is authorization_code or refresh_token"),
    CODE_KNOWN("the code is known and not older than a minute"),
    CODE_ONCE("a code is used once; a second use ends the session"),
    CODE_CLIENT("the code belongs to the client"),
    CODE_REDIRECT_URI("redirect_uri is that of the pushed request"),
    CODE_VERIFIER("the verifier belongs to the challenge; a wrong one burns the code"),
    CODE_PROOF_KEY("the proof's key is that of the pushed request"),
    CODE_CLIENT_KEY("the assertion's key is that of the pushed request, if that had one"),
    REFRESH_KNOWN("the refresh token is known and its session alive"),
    REFRESH_ONCE("a refresh token is used once; a second use ends the session"),
    REFRESH_CLIENT("the refresh token belongs to the client"),
    REFRESH_PROOF_KEY("the proof's key is that of the session; another one ends it"),
    REFRESH_CLIENT_KEY("the assertion's key is that of the session, if it has one; another one ends it"),
    REFRESH_ACCOUNT("before a refresh the account is looked up: the session of one that is no more is not refreshed"),
    REVOKE_TOKEN("the token to revoke is given and the client's own"),

    RESOURCE_SCHEME("the token is shown as DPoP, not as Bearer"),
    RESOURCE_TOKEN("the access token is known"),
    RESOURCE_TOKEN_DEAD("the access token is neither expired nor refreshed nor revoked"),
    RESOURCE_AUDIENCE("the token's account lives at this server"),
    RESOURCE_KEY("the proof's key is the token's"),
    RESOURCE_SCOPE("the token's scope allows the call"),
    RESOURCE_METHOD("a query is a GET, a procedure is a POST"),
    RESOURCE_PROXY("a call of another service's method names that service in atproto-proxy");

    private final String text;

    Rule(String text) {
        this.text = text;
    }

    /** The name, as in {@code proof-jti-replay}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What it says. */
    public String text() {
        return text;
    }
}
