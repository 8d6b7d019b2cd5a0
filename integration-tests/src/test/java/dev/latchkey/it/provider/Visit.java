package dev.latchkey.it.provider;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.it.browser.SignInPages;
import java.io.IOException;
import java.net.URI;

/** A person at the provider, and one who found a token. */
final class Visit {

    static final Scopes SCOPES = Scopes.of("openid", "profile");

    private final SignInPages pages;

    Visit(CertifiedProvider provider) {
        this.pages = new SignInPages(provider.trust());
    }

    static AuthorizationRequest.Builder request() {
        return AuthorizationRequest.builder(Applicant.REDIRECT, SCOPES);
    }

    SignInPages pages() {
        return pages;
    }

    SignIn signIn(OAuthClient client, String username) {
        return signIn(client, request().build(), username);
    }

    SignIn signIn(OAuthClient client, AuthorizationRequest request, String username) {
        PendingAuthorization pending = client.authorize(request);
        return client.complete(callback(pending, username), pending.browserBinding());
    }

    AuthorizationCallback callback(PendingAuthorization pending, String username) {
        return AuthorizationCallback.parse(
                pages.signIn(pending.uri(), username, Applicant.REDIRECT).getRawQuery());
    }

    /** What the userinfo endpoint says to who presents the token as a bearer. */
    static int statusWithBearer(HttpTransport transport, OAuthClient client, AccessToken token) throws IOException {
        URI userinfo = client.metadata().userinfoEndpoint().orElseThrow();
        TransportRequest request = TransportRequest.builder("GET", userinfo)
                .header("Authorization", "Bearer " + token.reveal())
                .build();
        try (TransportResponse response = transport.send(request)) {
            return response.status();
        }
    }
}
