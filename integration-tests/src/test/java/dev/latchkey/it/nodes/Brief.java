package dev.latchkey.it.nodes;

import dev.latchkey.auth.ClaimsOnlyIdTokens;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.server.UncertainRefresh;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.transport.jdk.JdkTransport;
import java.net.http.HttpClient;

/** The client whose access tokens live two seconds, as every process of these tests builds it. */
final class Brief {

    static final Scopes SCOPES = Scopes.of("openid", "profile");

    private Brief() {}

    /** HTTP/1.1, without the JDK client's attempt to upgrade each connection. */
    static HttpTransport transport() {
        return JdkTransport.over(
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
    }

    static OAuthClientBuilder client(
            HttpTransport transport, String issuer, UncertainRefresh policy, TokenStore store) {
        return OAuthClient.builder(transport)
                .server(AuthorizationServer.openId(issuer).uncertainRefresh(policy))
                .client(ClientId.of("brief"), ClientAuthentication.secretPost(ClientSecret.of("brief-secret")))
                .idTokens(ClaimsOnlyIdTokens.dangerouslyWithoutSignature())
                .security(SecurityProfile.LENIENT)
                .dangerouslyAllowHttp()
                .store(store);
    }

    @SuppressWarnings("deprecation") // The shortest way to a session.
    static SignIn signIn(OAuthClient client, String user, String session) {
        return client.password(
                PasswordGrant.of(user, Password.of(user + "-password"), SCOPES),
                AccountNaming.byServer().session(session));
    }
}
