package dev.latchkey.it.msal4j;

import com.microsoft.aad.msal4j.AuthorizationCodeParameters;
import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ClientCredentialParameters;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.IAuthenticationResult;
import java.net.MalformedURLException;
import java.net.URI;
import java.util.Set;

/** MSAL for Java 1.26.0, set up as its documentation says, over a server in memory. */
final class Msal {

    static final URI REDIRECT = URI.create("https://app.example.com/cb");

    private Msal() {}

    static ConfidentialClientApplication.Builder builder(ScriptedEntra server) {
        try {
            return ConfidentialClientApplication.builder("app", ClientCredentialFactory.createFromSecret("s3cret"))
                    .authority(ScriptedEntra.AUTHORITY)
                    .instanceDiscovery(false)
                    .httpClient(server);
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
        }
    }

    static ConfidentialClientApplication application(ScriptedEntra server) {
        return builder(server).build();
    }

    static IAuthenticationResult signIn(ConfidentialClientApplication application, String user, String... scopes) {
        return application
                .acquireToken(AuthorizationCodeParameters.builder(user, REDIRECT)
                        .scopes(Set.of(scopes))
                        .build())
                .join();
    }

    static IAuthenticationResult forApplication(ConfidentialClientApplication application, String scope) {
        return application
                .acquireToken(ClientCredentialParameters.builder(Set.of(scope)).build())
                .join();
    }
}
