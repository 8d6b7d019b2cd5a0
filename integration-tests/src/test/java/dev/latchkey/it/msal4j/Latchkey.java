package dev.latchkey.it.msal4j;

import dev.latchkey.auth.ClaimsOnlyIdTokens;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.entra.Entra;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.Scopes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Latchkey over the same server. */
final class Latchkey {

    private Latchkey() {}

    static OAuthClientBuilder builder(HttpTransport server) {
        return OAuthClient.builder(server)
                .server(Entra.tenant(ScriptedEntra.TENANT))
                .client(ClientId.of("app"), ClientAuthentication.secretPost(ClientSecret.of("s3cret")))
                .idTokens(ClaimsOnlyIdTokens.dangerouslyWithoutSignature());
    }

    static Account signIn(OAuthClient client, String user, String... scopes) {
        List<String> all = new ArrayList<>(List.of(scopes));
        all.add("openid");
        PendingAuthorization pending = client.authorize(AuthorizationRequest.of(Msal.REDIRECT, Scopes.of(all)));
        Map<String, String> sent = ScriptedEntra.form(pending.uri().getRawQuery());
        AuthorizationCallback callback =
                AuthorizationCallback.parse("code=" + user + "~" + sent.get("nonce") + "&state=" + sent.get("state"));
        return client.complete(callback, pending.browserBinding()).account();
    }
}
