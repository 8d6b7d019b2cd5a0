package dev.latchkey.benchmarks;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.HttpClient;
import com.azure.identity.AuthorizationCodeCredential;
import com.azure.identity.AuthorizationCodeCredentialBuilder;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import reactor.core.publisher.Mono;

/** The same users with Azure Identity, which knows one user a credential: each signs in with a code. */
final class AzureUsers {

    private AzureUsers() {}

    /** Makes a credential whose one code the server has for a user; nothing was sent yet. */
    static AuthorizationCodeCredential credential(HttpClient server, ExecutorService threads) {
        return new AuthorizationCodeCredentialBuilder()
                .authorityHost("https://login.microsoftonline.com/")
                .tenantId(MsalUsers.TENANT)
                .clientId("app")
                .clientSecret("s3cret")
                .authorizationCode("code")
                .redirectUrl("https://app.example.com/cb")
                .disableInstanceDiscovery()
                .executorService(threads)
                .httpClient(server)
                .build();
    }

    /** Makes a credential whose user has a token at hand. */
    static AuthorizationCodeCredential signedIn(int user, ExecutorService threads) {
        AuthorizationCodeCredential credential =
                credential(request -> Mono.just(new AzureAnswer(request, MsalUsers.answer(user, 86_399))), threads);
        if (!token(credential).getToken().equals(Users.token("access", user, Users.ACCESS_TOKEN))) {
            throw new IllegalStateException("Another user's token");
        }
        return credential;
    }

    static AccessToken token(AuthorizationCodeCredential credential) {
        return Objects.requireNonNull(credential.getTokenSync(new TokenRequestContext().addScopes(MsalUsers.SCOPE)));
    }
}
