package dev.latchkey.it.msal4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.aad.msal4j.ClaimsRequest;
import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ClientCredentialParameters;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.IAuthenticationResult;
import com.microsoft.aad.msal4j.OnBehalfOfParameters;
import com.microsoft.aad.msal4j.SilentParameters;
import com.microsoft.aad.msal4j.UserAssertion;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.grant.ExtensionGrant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenSource;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whose token a caller gets: MSAL for Java 1.26.0 mixes it up in each of these, Latchkey in none. */
class WhoseTokenTest {

    private static final String DEFAULT = "https://graph.microsoft.com/.default";
    private static final String CHALLENGE =
            "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1604106651\"}}}";

    private final ScriptedEntra server = ScriptedEntra.microsoft();

    @Test
    void x3_msal4jIgnoresAClaimsChallengeForTheApplication() {
        ConfidentialClientApplication msal = Msal.application(server);
        String first = Msal.forApplication(msal, DEFAULT).accessToken();

        String challenged = msal.acquireToken(ClientCredentialParameters.builder(Set.of(DEFAULT))
                        .claims(ClaimsRequest.formatAsClaimsRequest(CHALLENGE))
                        .build())
                .join()
                .accessToken();

        assertThat(challenged).as("the very token that was refused").isEqualTo(first);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void x3_latchkeyAnswersAClaimsChallengeForTheApplication() {
        try (OAuthClient client = Latchkey.builder(server).build()) {
            TokenSource tokens = client.clientCredentials(Scopes.of(DEFAULT));
            String first = tokens.token().reveal();

            String challenged =
                    tokens.get(TokenOptions.NONE.claims(CHALLENGE)).token().reveal();

            assertThat(challenged).isNotEqualTo(first);
            assertThat(server.requests()).hasSize(2);
            assertThat(server.requests().get(1).form()).containsEntry("claims", CHALLENGE);
        }
    }

    @Test
    void x4_msal4jGivesTheApplicationAUsersToken() {
        ConfidentialClientApplication msal = Msal.application(server);
        String users = Msal.signIn(msal, "alice", DEFAULT).accessToken();

        String applications = Msal.forApplication(msal, DEFAULT).accessToken();

        assertThat(applications).isEqualTo(users).startsWith("at-alice-");
    }

    @Test
    void x4_latchkeyGivesTheApplicationItsOwnToken() {
        try (OAuthClient client = Latchkey.builder(server).build()) {
            Account alice = Latchkey.signIn(client, "alice", DEFAULT);

            assertThat(client.clientCredentials(Scopes.of(DEFAULT)).token().reveal())
                    .startsWith("at-app-");
            assertThat(client.tokens(alice, Scopes.of(DEFAULT)).token().reveal())
                    .startsWith("at-alice-");
        }
    }

    @Test
    void x6_msal4jLetsTwoAssertionsOfAUserEvictEachOther() {
        ConfidentialClientApplication msal = Msal.application(server);

        for (String assertion : new String[] {"alice-1", "alice-2", "alice-1"}) {
            msal.acquireToken(OnBehalfOfParameters.builder(Set.of(DEFAULT), new UserAssertion(assertion))
                            .build())
                    .join();
        }

        assertThat(server.requests()).as("token requests for two assertions").hasSize(3);
    }

    @Test
    void x6_latchkeyKeepsATokenForEachAssertion() {
        try (OAuthClient client = Latchkey.builder(server).build()) {
            String first = onBehalfOf(client, "alice-1").token().reveal();
            String second = onBehalfOf(client, "alice-2").token().reveal();

            assertThat(onBehalfOf(client, "alice-1").token().reveal()).isEqualTo(first);
            assertThat(onBehalfOf(client, "alice-2").token().reveal())
                    .isEqualTo(second)
                    .isNotEqualTo(first);
            assertThat(onBehalfOf(client, "bob-1").token().reveal()).startsWith("at-bob-");
            assertThat(server.requests()).hasSize(3);
        }
    }

    private static TokenSource onBehalfOf(OAuthClient client, String assertion) {
        return client.tokens(
                ExtensionGrant.of(
                        "urn:ietf:params:oauth:grant-type:jwt-bearer",
                        Parameters.of("assertion", assertion)
                                .with("requested_token_use", "on_behalf_of")
                                .with("scope", DEFAULT)),
                RequestOptions.NONE);
    }

    @Test
    void x7_msal4jMixesUpTheUsersOfAnOpenIdProviderAndSendsTheirCodesElsewhere() throws Exception {
        ScriptedEntra provider = ScriptedEntra.openId("https://idp.example.com/realm");
        ConfidentialClientApplication msal = ConfidentialClientApplication.builder(
                        "app", ClientCredentialFactory.createFromSecret("s3cret"))
                .oidcAuthority("https://idp.example.com/realm")
                .httpClient(provider)
                .build();
        IAuthenticationResult alice = Msal.signIn(msal, "alice", "api.read");
        IAuthenticationResult bob = Msal.signIn(msal, "bob", "api.read");

        assertThat(alice.account()).as("an account to ask with").isNull();
        assertThat(provider.requests().get(0).uri())
                .as("discovery named https://idp.example.com/realm/token")
                .isEqualTo(URI.create("https://idp.example.com/realm/oauth2/v2.0/token"));
        String forAlice = msal.acquireTokenSilently(
                        SilentParameters.builder(Set.of("api.read")).build())
                .join()
                .accessToken();
        assertThat(forAlice).as("what alice's request gets").isEqualTo(bob.accessToken());
    }

    @Test
    void x7_latchkeyKeepsTheUsersOfAnOpenIdProviderApart() {
        ScriptedEntra provider = ScriptedEntra.openId("https://idp.example.com/realm");
        try (OAuthClient client = Latchkey.builder(provider)
                .server(AuthorizationServer.openId("https://idp.example.com/realm"))
                .build()) {
            Account alice = Latchkey.signIn(client, "alice", "api.read");
            Account bob = Latchkey.signIn(client, "bob", "api.read");
            Scopes scopes = Scopes.of("openid", "api.read");

            assertThat(client.tokens(alice, scopes).token().reveal()).startsWith("at-alice-");
            assertThat(client.tokens(bob, scopes).token().reveal()).startsWith("at-bob-");
            assertThat(client.tokens(alice, Scopes.of("api.read")).token().reveal())
                    .startsWith("at-alice-");
            assertThat(provider.requests())
                    .allSatisfy(request ->
                            assertThat(request.uri()).isEqualTo(URI.create("https://idp.example.com/realm/token")));
        }
    }
}
