/**
 * OAuth 2.0 and OpenID Connect for clients: values, the pure protocol over them, and the client with its sessions.
 *
 * <p>The entry point is {@link dev.latchkey.auth.OAuthClient}.
 */
@SuppressWarnings("module") // auth-jose and auth-atproto are built after this module, which cannot see them yet.
module dev.latchkey.auth {
    requires static transitive org.jspecify;
    requires transitive dev.latchkey.auth.spi;
    requires com.google.gson;

    exports dev.latchkey.auth;
    exports dev.latchkey.auth.authorize;
    exports dev.latchkey.auth.credential;
    exports dev.latchkey.auth.error;
    exports dev.latchkey.auth.grant;
    exports dev.latchkey.auth.http;
    exports dev.latchkey.auth.identity;
    exports dev.latchkey.auth.interactive;
    exports dev.latchkey.auth.metadata;
    exports dev.latchkey.auth.registration;
    exports dev.latchkey.auth.server;
    exports dev.latchkey.auth.store;
    exports dev.latchkey.auth.token;

    // Signed documents are fetched and read like all others: one cap, one strict JSON.
    exports dev.latchkey.auth.exchange to
            dev.latchkey.auth.jose,
            dev.latchkey.auth.atproto;
    exports dev.latchkey.auth.json to
            dev.latchkey.auth.jose,
            dev.latchkey.auth.atproto;
}
