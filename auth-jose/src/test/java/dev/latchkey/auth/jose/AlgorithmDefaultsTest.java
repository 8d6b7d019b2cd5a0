package dev.latchkey.auth.jose;

import static dev.latchkey.auth.jose.IdTokenSignatureTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.testkit.Answer;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which algorithms count where the application names none: OpenID Connect Core §3.1.3.7-7, Registration §2, FAPI 2.0 §5.4. */
class AlgorithmDefaultsTest {

    private static final String ID_TOKENS = "id_token_signing_alg_values_supported";
    // What a server with keys for everything lists, such as Keycloak.
    private static final List<String> ALL = List.of("PS384", "RS384", "HS256", "ES256", "RS256", "PS256", "none");
    private static final Set<String> OF_THE_PROFILE = Set.of("PS256", "ES256", "EdDSA", "Ed25519");

    private final IdTokenStage stage = new IdTokenStage()
            .publishes(Keys.jwk(Keys.RSA, "1", ""), Keys.jwk(Keys.P256, "2", ""))
            .metadata(ID_TOKENS, ALL);

    private static String jwt(SignedResponse kind, String algorithm) {
        boolean ec = algorithm.equals("ES256");
        String type = kind == SignedResponse.INTROSPECTION ? ",\"typ\":\"token-introspection+jwt\"" : "";
        String header = "{\"alg\":\"" + algorithm + "\",\"kid\":\"" + (ec ? 2 : 1) + "\"" + type + "}";
        return Keys.jwt(header, IdTokenStage.CLAIMS, algorithm, ec ? Keys.P256 : Keys.RSA);
    }

    private void accepts(JoseIdTokens verifier, SignedResponse kind, String algorithm) throws IOException {
        assertThat(stage.claims(verifier, kind, jwt(kind, algorithm))).containsEntry("sub", "alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ES256", "PS256", "RS384"})
    void j1_aLogoutTokenByAnotherAlgorithmThanRs256IsRefused(String algorithm) throws IOException {
        accepts(stage.verifier(), SignedResponse.LOGOUT_TOKEN, "RS256");

        refused(
                "is signed with " + algorithm + ", and not with RS256; if the client is registered for " + algorithm
                        + ", say algorithms(\"" + algorithm + "\")",
                () -> stage.claims(
                        stage.verifier(), SignedResponse.LOGOUT_TOKEN, jwt(SignedResponse.LOGOUT_TOKEN, algorithm)));
    }

    @Test
    void j1_aRegistrationWithoutAnAlgorithmIsForRs256() throws IOException {
        JoseIdTokens verifier = stage.builder()
                .registration(Map.of("client_id", "app", "userinfo_signed_response_alg", "ES256"))
                .build();

        accepts(verifier, SignedResponse.LOGOUT_TOKEN, "RS256");
        refused(
                "not with RS256",
                () -> stage.claims(verifier, SignedResponse.LOGOUT_TOKEN, jwt(SignedResponse.LOGOUT_TOKEN, "ES256")));
    }

    @Test
    void aRegisteredAlgorithmIsThatOfLogoutTokensToo() throws IOException {
        accepts(stage.builder().algorithms("ES256").build(), SignedResponse.LOGOUT_TOKEN, "ES256");
        accepts(
                stage.builder()
                        .registration(Map.of("id_token_signed_response_alg", "ES256"))
                        .build(),
                SignedResponse.LOGOUT_TOKEN,
                "ES256");
        // Keycloak before 26.4 signs by the algorithm of whichever client of the session came last.
        JoseIdTokens both = stage.builder()
                .algorithms("ES256")
                .responseAlgorithms(SignedResponse.LOGOUT_TOKEN, "ES256", "RS256")
                .build();
        accepts(both, SignedResponse.LOGOUT_TOKEN, "RS256");
        refused(
                "is signed with RS256, and not with ES256",
                () -> stage.verify(both, jwt(SignedResponse.LOGOUT_TOKEN, "RS256")));
    }

    @Test
    void aServerWithoutRs256SaysItsOwn() throws IOException {
        IdTokenStage strong =
                new IdTokenStage().publishes(Keys.jwk(Keys.RSA, "1", "")).metadata(ID_TOKENS, List.of("PS256"));

        assertThat(strong.claims(
                        strong.verifier(), SignedResponse.LOGOUT_TOKEN, jwt(SignedResponse.LOGOUT_TOKEN, "PS256")))
                .containsEntry("sub", "alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ES256", "PS256", "RS256"})
    void anIdTokenIsByAnyThatTheServerLists(String algorithm) throws IOException {
        assertThat(stage.verify(jwt(SignedResponse.USERINFO, algorithm)).algorithm())
                .isEqualTo(algorithm);
        refused("is signed with ES512, and not with ES256", () -> {
            String header = "{\"alg\":\"ES512\",\"kid\":\"1\"}";
            stage.verify(Keys.jwt(header, IdTokenStage.CLAIMS, "ES512", Keys.P521));
        });
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LOGOUT_TOKEN")
    void whereAKindHasNoListThatOfTheIdTokensCounts(SignedResponse kind) throws IOException {
        accepts(stage.verifier(), kind, "ES256");
        accepts(stage.verifier(), kind, "RS256");

        IdTokenStage without = new IdTokenStage().publishes(Keys.jwk(Keys.P256, "2", ""));
        refused(
                "is signed with ES256, and not with RS256; if the client is registered for ES256, say"
                        + " responseAlgorithms(SignedResponse." + kind.name() + ", \"ES256\")",
                () -> without.claims(without.verifier(), kind, jwt(kind, "ES256")));
    }

    @ParameterizedTest
    @EnumSource(SignedResponse.class)
    void withinAProfileItIsWhatBothTheServerListsAndTheProfileAllows(SignedResponse kind) throws IOException {
        JoseIdTokens verifier = stage.verifier().within(OF_THE_PROFILE);

        accepts(verifier, kind, "ES256");
        accepts(verifier, kind, "PS256");
        refused(
                "is signed with RS256, and not with ES256 or PS256, which the client's security profile and the server's"
                        + " metadata leave",
                () -> stage.claims(verifier, kind, jwt(kind, "RS256")));
        refused("is signed with PS384", () -> stage.claims(verifier, kind, jwt(kind, "PS384")));
    }

    @Test
    void withinAProfileIdTokensAreNarrowedToo() throws IOException {
        JoseIdTokens verifier = stage.verifier().within(OF_THE_PROFILE);

        assertThat(stage.verify(verifier, jwt(SignedResponse.USERINFO, "ES256")).subject())
                .isEqualTo("alice");
        refused("is signed with RS256", () -> stage.verify(verifier, jwt(SignedResponse.USERINFO, "RS256")));
        refused("offers no algorithm that public keys verify and the security profile allows", () -> {
            IdTokenStage weak = new IdTokenStage().metadata(ID_TOKENS, List.of("RS256"));
            weak.verify(weak.verifier().within(OF_THE_PROFILE), jwt(SignedResponse.USERINFO, "RS256"));
        });
    }

    @Test
    void withinAProfileAServerThatListsNothingHasTheProfiles() throws IOException {
        IdTokenStage silent = new IdTokenStage().publishes(Keys.jwk(Keys.RSA, "1", ""));
        JoseIdTokens verifier = silent.verifier().within(OF_THE_PROFILE);

        for (SignedResponse kind : EnumSet.allOf(SignedResponse.class)) {
            assertThat(silent.claims(verifier, kind, jwt(kind, "PS256"))).containsEntry("sub", "alice");
            refused("is signed with RS256", () -> silent.claims(verifier, kind, jwt(kind, "RS256")));
        }
    }

    @Test
    void whatTheApplicationNamedStaysWithinAProfile() throws IOException {
        JoseIdTokens verifier = stage.builder().algorithms("ES256").build().within(OF_THE_PROFILE);

        accepts(verifier, SignedResponse.LOGOUT_TOKEN, "ES256");
        refused(
                "is signed with PS256, and not with ES256",
                () -> stage.claims(verifier, SignedResponse.LOGOUT_TOKEN, jwt(SignedResponse.LOGOUT_TOKEN, "PS256")));
    }

    @ParameterizedTest
    @CsvSource({"PS256, true", "ES256, true", "RS256, false", "PS384, false"})
    void aFapiClientOfAServerThatListsEverythingNeedsNoWord(String algorithm, boolean accepted) {
        stage.transport
                .onGet("/.well-known/openid-configuration")
                .alwaysAnswers(Answer.json(
                        200,
                        "{\"issuer\":\"https://as.example.com\",\"token_endpoint\":\"https://as.example.com/token\","
                                + "\"jwks_uri\":\"https://keys.example.com/jwks\",\"" + ID_TOKENS
                                + "\":[\"RS256\",\"PS384\",\"ES256\",\"PS256\"]}"));
        OAuthClient client = OAuthClient.builder(stage.transport)
                .server(AuthorizationServer.openId(IdTokenStage.ISSUER))
                .client(
                        IdTokenStage.CLIENT,
                        JwtAuthentication.privateKey(
                                SigningKey.of(Keys.P256).keyId("c").build()))
                .binding(Dpop.create())
                .security(SecurityProfile.FAPI2)
                .idTokens(stage.verifier())
                .build();
        String token = jwt(SignedResponse.LOGOUT_TOKEN, algorithm);

        if (accepted) {
            assertThat(client.verify(SignedResponse.LOGOUT_TOKEN, token).subject())
                    .isEqualTo("alice");
        } else {
            refused("is signed with " + algorithm, () -> client.verify(SignedResponse.LOGOUT_TOKEN, token));
        }
    }
}
