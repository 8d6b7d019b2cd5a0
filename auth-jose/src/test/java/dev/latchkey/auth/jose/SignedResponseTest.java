package dev.latchkey.auth.jose;

import static dev.latchkey.auth.jose.IdTokenSignatureTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.identity.SignedResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** JWTs other than ID tokens: JARM, userinfo, introspection and logout. */
class SignedResponseTest {

    private final IdTokenStage stage = new IdTokenStage().publishes(Keys.jwk(Keys.RSA, "1", ""));

    private static String signed(SignedResponse kind) {
        return Keys.jwt(header(kind, "RS256"), "{\"sub\":\"alice\"}", "RS256", Keys.RSA);
    }

    private static String header(SignedResponse kind, String algorithm) {
        String type = kind == SignedResponse.INTROSPECTION ? ",\"typ\":\"token-introspection+jwt\"" : "";
        return "{\"alg\":\"" + algorithm + "\",\"kid\":\"1\"" + type + "}";
    }

    @ParameterizedTest
    @EnumSource(SignedResponse.class)
    void a14_signatureOfEveryKindIsVerified(SignedResponse kind) throws IOException {
        assertThat(stage.claims(stage.verifier(), kind, signed(kind))).isEqualTo(Map.of("sub", "alice"));
        refused(
                "does not hold",
                () -> stage.claims(
                        stage.verifier(), kind, Keys.jwt(header(kind, "RS256"), "{}", "RS256", Keys.OTHER_RSA)));
    }

    @ParameterizedTest
    @EnumSource(SignedResponse.class)
    void a14_noneIsRefusedForEveryKind(SignedResponse kind) {
        for (String none : new String[] {"none", "None", "nONE"}) {
            refused(
                    "is not signed: alg is none",
                    () -> stage.claims(
                            stage.verifier(),
                            kind,
                            Keys.base64(header(kind, none)) + "." + Keys.base64("{\"sub\":\"alice\"}") + "."));
        }
    }

    @ParameterizedTest
    @EnumSource(SignedResponse.class)
    void a14_algorithmIsAsRegistered(SignedResponse kind) throws IOException {
        JoseIdTokens verifier =
                stage.builder().responseAlgorithms(kind, "PS256").build();

        refused("is signed with RS256, and not with PS256", () -> stage.claims(verifier, kind, signed(kind)));
        assertThat(stage.claims(
                        verifier, kind, Keys.jwt(header(kind, "PS256"), "{\"sub\":\"alice\"}", "PS256", Keys.RSA)))
                .containsEntry("sub", "alice");
    }

    @Test
    void a14_algorithmOfEachKindIsThatOfItsMetadata() throws IOException {
        stage.metadata("id_token_signing_alg_values_supported", List.of("RS256"))
                .metadata("authorization_signing_alg_values_supported", List.of("PS256"))
                .metadata("userinfo_signing_alg_values_supported", List.of("PS384", "none"))
                .metadata("introspection_signing_alg_values_supported", List.of("PS512"));
        Map<SignedResponse, String> right = Map.of(
                SignedResponse.AUTHORIZATION, "PS256",
                SignedResponse.USERINFO, "PS384",
                SignedResponse.INTROSPECTION, "PS512",
                SignedResponse.LOGOUT_TOKEN, "RS256");

        for (Map.Entry<SignedResponse, String> each : right.entrySet()) {
            assertThat(stage.claims(
                            stage.verifier(),
                            each.getKey(),
                            Keys.jwt(header(each.getKey(), each.getValue()), "{}", each.getValue(), Keys.RSA)))
                    .isEmpty();
            if (each.getKey() != SignedResponse.LOGOUT_TOKEN) {
                refused(
                        "is signed with RS256",
                        () -> stage.claims(stage.verifier(), each.getKey(), signed(each.getKey())));
            }
        }
    }

    @Test
    void a14_registrationSaysTheAlgorithmOfEachKind() throws IOException {
        JoseIdTokens verifier = stage.builder()
                .registration(Map.of(
                        "authorization_signed_response_alg", "PS256",
                        "userinfo_signed_response_alg", "PS256",
                        "introspection_signed_response_alg", "PS256",
                        "id_token_signed_response_alg", "PS256"))
                .build();

        for (SignedResponse kind : SignedResponse.values()) {
            refused("is signed with RS256, and not with PS256", () -> stage.claims(verifier, kind, signed(kind)));
        }
        refused(
                "is signed with RS256, and not with PS256",
                () -> stage.verify(
                        verifier,
                        Keys.jwt("{\"alg\":\"RS256\",\"kid\":\"1\"}", IdTokenStage.CLAIMS, "RS256", Keys.RSA)));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> stage.builder().registration(Map.of("id_token_signed_response_alg", "none")));
    }

    @Test
    void i10_whatIsRegisteredToBeSignedIsRequiredToBe() {
        assertThat(SignedResponse.values()).noneMatch(stage.verifier()::requiresSigned);
        JoseIdTokens registered = stage.builder()
                .registration(Map.of(
                        "userinfo_signed_response_alg",
                        "PS256",
                        "introspection_encrypted_response_alg",
                        "RSA-OAEP-256"))
                .decryptionKeys(DecryptionKeys.of(Keys.RSA))
                .build();

        assertThat(registered.requiresSigned(SignedResponse.USERINFO)).isTrue();
        assertThat(registered.requiresSigned(SignedResponse.INTROSPECTION)).isTrue();
        assertThat(registered.requiresSigned(SignedResponse.AUTHORIZATION)).isFalse();
        assertThat(stage.builder()
                        .responseSignedWithSecret(
                                SignedResponse.USERINFO, ClientSecret.of("0123456789abcdef0123456789abcdef"), "HS256")
                        .build()
                        .requiresSigned(SignedResponse.USERINFO))
                .isTrue();
        assertThat(stage.builder()
                        .responseAlgorithms(SignedResponse.INTROSPECTION, "ES256")
                        .build()
                        .requiresSigned(SignedResponse.INTROSPECTION))
                .isTrue();
    }

    @Test
    void aSecretThatWasGivenAgreesWithTheRegistration() throws IOException {
        String secret = "0123456789abcdef0123456789abcdef";
        JoseIdTokens verifier = stage.builder()
                .signedWithSecret(ClientSecret.of(secret), "HS256")
                .registration(Map.of("id_token_signed_response_alg", "HS256"))
                .build();
        String token = Keys.authenticated(
                "{\"alg\":\"HS256\"}", IdTokenStage.CLAIMS, "HS256", secret.getBytes(StandardCharsets.US_ASCII));

        assertThat(stage.verify(verifier, token).subject()).isEqualTo("alice");
        assertThat(stage.claims(verifier, SignedResponse.LOGOUT_TOKEN, token)).containsEntry("sub", "alice");
        refused("is signed with HS256", () -> stage.claims(verifier, SignedResponse.USERINFO, token));
    }

    @Test
    void i10_plainJsonIsNoSignedUserinfo() {
        refused(
                "userinfo from as.example.com: is not a JWT",
                () -> stage.claims(stage.verifier(), SignedResponse.USERINFO, "{\"sub\":\"alice\"}"));
    }

    @Test
    void introspectionMustSayThatItIsOne() throws IOException {
        for (String type : new String[] {"", ",\"typ\":\"JWT\"", ",\"typ\":\"at+jwt\""}) {
            String header = "{\"alg\":\"RS256\",\"kid\":\"1\"" + type + "}";

            refused(
                    "so is meant for something else",
                    () -> stage.claims(
                            stage.verifier(), SignedResponse.INTROSPECTION, Keys.jwt(header, "{}", "RS256", Keys.RSA)));
        }
        String full = "{\"alg\":\"RS256\",\"kid\":\"1\",\"typ\":\"application/token-introspection+jwt\"}";
        assertThat(stage.claims(
                        stage.verifier(), SignedResponse.INTROSPECTION, Keys.jwt(full, "{}", "RS256", Keys.RSA)))
                .isEmpty();
    }

    @Test
    void aLogoutTokenPassesForNothingElse() {
        String logout = Keys.jwt(
                "{\"alg\":\"RS256\",\"kid\":\"1\",\"typ\":\"logout+jwt\"}", IdTokenStage.CLAIMS, "RS256", Keys.RSA);

        for (SignedResponse kind : new SignedResponse[] {SignedResponse.AUTHORIZATION, SignedResponse.USERINFO}) {
            refused("is meant for something else", () -> stage.claims(stage.verifier(), kind, logout));
        }
        refused("is meant for something else", () -> stage.verify(logout));
    }

    /** As Keycloak 26 writes it. */
    @Test
    void keycloaksIssuerIsThereTwiceInAuthorizationResponses() throws IOException {
        JoseIdTokens quirky = stage.builder()
                .quirk(VerifierQuirk.ISSUER_REPEATED_IN_AUTHORIZATION_RESPONSES)
                .build();
        String twice = "{\"iss\":\"https://as\",\"aud\":\"app\",\"iss\":\"https://as\"}";

        assertThat(stage.claims(quirky, SignedResponse.AUTHORIZATION, with(SignedResponse.AUTHORIZATION, twice)))
                .isEqualTo(Map.of("iss", "https://as", "aud", "app"));

        refused(
                "iss is there twice",
                () -> stage.claims(
                        stage.verifier(), SignedResponse.AUTHORIZATION, with(SignedResponse.AUTHORIZATION, twice)));
        for (String other : List.of(
                "{\"iss\":\"https://as\",\"iss\":\"https://other\"}",
                "{\"iss\":null,\"iss\":\"https://as\"}",
                "{\"iss\":\"https://as\",\"iss\":[\"https://as\"]}")) {
            refused(
                    "iss is there twice",
                    () -> stage.claims(
                            quirky, SignedResponse.AUTHORIZATION, with(SignedResponse.AUTHORIZATION, other)));
        }
        for (String other : List.of(
                "{\"aud\":\"app\",\"aud\":\"app\"}", "{\"a\":{\"iss\":\"https://as\",\"iss\":\"https://as\"}}")) {
            refused(
                    "is there twice",
                    () -> stage.claims(
                            quirky, SignedResponse.AUTHORIZATION, with(SignedResponse.AUTHORIZATION, other)));
        }
        refused(
                "iss is there twice",
                () -> stage.claims(quirky, SignedResponse.USERINFO, with(SignedResponse.USERINFO, twice)));
    }

    private static String with(SignedResponse kind, String claims) {
        return Keys.jwt(header(kind, "RS256"), claims, "RS256", Keys.RSA);
    }
}
