package dev.latchkey.it.keycloak;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.it.browser.SignInPages;
import java.io.IOException;
import java.net.URI;

/** What tests of the FAPI realm do: a person signs in, and somebody presents a token. */
final class FapiVisit {

    private FapiVisit() {}

    static AuthorizationRequest request() {
        return AuthorizationRequest.of(FapiRealm.REDIRECT, FapiRealm.OPENID);
    }

    static SignIn signIn(FapiRealm realm, OAuthClient client, String username) {
        return complete(realm.pages(), client, client.authorize(request()), username);
    }

    static SignIn complete(SignInPages pages, OAuthClient client, PendingAuthorization pending, String username) {
        URI callback = pages.signIn(pending.uri(), username, FapiRealm.REDIRECT);
        return client.complete(AuthorizationCallback.parse(callback.getRawQuery()), pending.browserBinding());
    }

    static int status(HttpTransport transport, URI uri) throws IOException {
        return status(transport, TransportRequest.builder("GET", uri));
    }

    /** Presents a token as one does who found it. */
    static int statusWithBearer(HttpTransport transport, URI uri, AccessToken token) throws IOException {
        return status(
                transport, TransportRequest.builder("GET", uri).header("Authorization", "Bearer " + token.reveal()));
    }

    private static int status(HttpTransport transport, TransportRequest.Builder request) throws IOException {
        try (TransportResponse response = transport.send(request.build())) {
            return response.status();
        }
    }
}
