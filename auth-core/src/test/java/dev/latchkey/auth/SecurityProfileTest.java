package dev.latchkey.auth;

import static dev.latchkey.auth.Fapi.part;
import static dev.latchkey.auth.Fapi.publish;
import static dev.latchkey.auth.Fapi.pushed;
import static dev.latchkey.auth.Fapi.pushes;
import static dev.latchkey.auth.Fapi.request;
import static dev.latchkey.auth.Stage.CODE;
import static dev.latchkey.auth.Stage.ISSUER;
import static dev.latchkey.auth.Stage.OPENID;
import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.REDIRECT;
import static dev.latchkey.auth.Stage.callbackOf;
import static dev.latchkey.auth.Stage.granted;
import static dev.latchkey.auth.Stage.refreshable;
import static dev.latchkey.auth.server.SecurityProfile.FAPI2;
import static dev.latchkey.auth.server.SecurityProfile.FAPI2_MESSAGE_SIGNING;
import static dev.latchkey.auth.server.SecurityProfile.LENIENT;
import static dev.latchkey.auth.server.SecurityProfile.OAUTH2_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.AuthorizationTransaction;
import dev.latchkey.auth.authorize.CarriedAuthorization;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.authorize.ResponseMode;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.grant.ExtensionGrant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.identity.IdTokenVerifier;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.server.ServerQuirk;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.IdToken;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.auth.token.TokenType;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class SecurityProfileTest {

    private final Stage stage = new Stage();

    private void refusedAtBuild(String field, String clause, OAuthClientBuilder builder) {
        ConfigurationException refused = catchThrowableOfType(ConfigurationException.class, builder::build);
        assertThat(refused).as(clause).isNotNull();
        assertThat(refused.field()).isEqualTo(field);
        assertThat(refused).hasMessageContaining(clause);
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void profilesAreOrderedAndHaveNames() {
        List<SecurityProfile> all = List.of(LENIENT, OAUTH2_1, FAPI2, FAPI2_MESSAGE_SIGNING);
        for (int i = 0; i < all.size(); i++) {
            for (int j = 0; j < all.size(); j++) {
                assertThat(all.get(i).includes(all.get(j))).isEqualTo(i >= j);
            }
            assertThat(SecurityProfile.of(all.get(i).name())).isSameAs(all.get(i));
        }
        assertThatThrownBy(() -> SecurityProfile.of("FAPI1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("FAPI2_MESSAGE_SIGNING");
    }

    @Test
    void fapi2SignsInWithEverythingThatItDemands() {
        publish(stage, Fapi.metadata().build());
        pushes(stage);
        OAuthClient client = Fapi.builder(stage, FAPI2).build();
        PendingAuthorization pending = client.authorize(request());
        assertThat(pending.uri()).hasParameter("client_id", "app").hasParameter("request_uri", Fapi.REQUEST_URI);
        assertThat(pending.uri().getRawQuery().split("&")).hasSize(2);
        assertThat(pushed(stage).get(0).header("dpop")).hasValue("key-1 POST https://as.example.com/par");
        assertThat(part(pushed(stage).get(0).form().get("client_assertion"), 1)).containsEntry("aud", ISSUER);

        stage.answers(refreshable().replace("Bearer", "DPoP"));
        client.complete(
                callbackOf("code", CODE, "state", pending.state().reveal(), "iss", ISSUER), pending.browserBinding());
        assertThat(stage.tokenRequests().get(0).form())
                .containsEntry("code", CODE)
                .containsKey("code_verifier");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "client_secret_basic", "client_secret_post", "client_secret_jwt"})
    void fapi2RefusesClientsThatAreNotConfidentialEnough(String method) {
        refusedAtBuild(
                "client",
                "FAPI 2.0 Security Profile §5.3.3.1-2",
                Fapi.builder(stage, FAPI2).client(ClientId.of("app"), new Fapi.Assertion(method, "PS256")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls_client_auth", "self_signed_tls_client_auth"})
    void fapi2TakesMutualTlsThatSignsNothing(String method) {
        Fapi.builder(stage, FAPI2)
                .client(ClientId.of("app"), new Fapi.Assertion(method, ""))
                .binding(new Fapi.Binding("x5t#S256", ""))
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS384", "PS512", "ES384", "ES512", "ES256K", "HS256", "none", ""})
    void fapi2RefusesOtherAlgorithmsForWhatTheClientSigns(String algorithm) {
        String clause = "FAPI 2.0 Security Profile §5.4.1-1";
        refusedAtBuild(
                "client",
                clause,
                Fapi.builder(stage, FAPI2)
                        .client(ClientId.of("app"), new Fapi.Assertion("private_key_jwt", algorithm)));
        refusedAtBuild("binding", clause, Fapi.builder(stage, FAPI2).binding(new Fapi.Binding("dpop", algorithm)));
        refusedAtBuild("requestObjects", clause, Fapi.builder(stage, FAPI2).requestObjects(new Fapi.Signer(algorithm)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PS256", "ES256", "Ed25519", "EdDSA"})
    void fapi2TakesTheThreeAlgorithmsForWhatTheClientSigns(String algorithm) {
        Fapi.builder(stage, FAPI2)
                .client(ClientId.of("app"), new Fapi.Assertion("private_key_jwt", algorithm))
                .binding(new Fapi.Binding("dpop", algorithm))
                .requestObjects(new Fapi.Signer(algorithm))
                .build();
    }

    @Test
    void fapi2RefusesWhatElseIsWeakerByItsClause() {
        refusedAtBuild(
                "binding",
                "FAPI 2.0 Security Profile §5.3.3.1-1",
                stage.discovering()
                        .client(ClientId.of("app"), new Fapi.Assertion("private_key_jwt", "PS256"))
                        .security(FAPI2));
        refusedAtBuild(
                "server",
                "FAPI 2.0 Security Profile §5.3.3.1-9",
                Fapi.builder(stage, FAPI2)
                        .server(AuthorizationServer.of(Fapi.metadata().build())));
        refusedAtBuild(
                "server",
                "FAPI 2.0 Security Profile §5.3.3.2-2",
                Fapi.builder(stage, FAPI2)
                        .server(AuthorizationServer.oauth(ISSUER)
                                .quirk(ServerQuirk.PUSHED_AUTHORIZATION_REQUESTS_UNUSABLE)));
        refusedAtBuild(
                "dangerouslyAllowHttp",
                "FAPI 2.0 Security Profile §5.2",
                Fapi.builder(stage, FAPI2).dangerouslyAllowHttp());
        refusedAtBuild(
                "idTokens",
                "RFC 8725 §3.3",
                Fapi.builder(stage, FAPI2).idTokens(ClaimsOnlyIdTokens.dangerouslyWithoutSignature()));
    }

    @Test
    void fapi2RefusesAServerThatNothingCanBePushedTo() {
        publish(stage, Stage.metadata().build());
        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class,
                () -> Fapi.builder(stage, FAPI2).build().authorize(request()));
        assertThat(refused.field()).isEqualTo("pushed_authorization_request_endpoint");
        assertThat(refused).hasMessageContaining("FAPI 2.0 Security Profile §5.3.3.2-2");
        assertThat(stage.transport.onlyRequest().method()).isEqualTo("GET");
    }

    @Test
    void fapi2RefusesARedirectUriWithoutTlsBeyondLoopback() {
        OAuthClient client = Fapi.builder(stage, FAPI2).build();
        AuthorizationRequest plain = AuthorizationRequest.builder(URI.create("http://app.example.com/cb"), READ)
                .account(AccountNaming.subject("alice"))
                .build();
        assertThatThrownBy(() -> client.authorize(plain))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("redirectUri")
                .hasMessageContaining("§5.3.2.2-8");
        assertThat(stage.transport.requests()).isEmpty();

        publish(stage, Fapi.metadata().build());
        pushes(stage);
        client.authorize(AuthorizationRequest.builder(URI.create("http://127.0.0.1:7777/cb"), READ)
                .account(AccountNaming.subject("alice"))
                .build());
    }

    @Test
    void k3_fapi2RefusesAnAssertionForAnotherAudienceThanTheIssuerAsOneText() {
        publish(stage, Fapi.metadata().build());
        Fapi.Assertion assertion = new Fapi.Assertion("private_key_jwt", "PS256");
        OAuthClient client =
                Fapi.builder(stage, FAPI2).client(ClientId.of("app"), assertion).build();
        for (Object audience : List.of(ISSUER + "/token", List.of(ISSUER), ISSUER + "/", 7)) {
            assertion.audience = audience;
            for (Runnable each : List.<Runnable>of(
                    () -> client.authorize(request()),
                    () -> client.clientCredentials(READ).token())) {
                ConfigurationException refused = catchThrowableOfType(ConfigurationException.class, each::run);
                assertThat(refused.field()).isEqualTo("client_assertion");
                assertThat(refused).hasMessageContaining("FAPI 2.0 Security Profile §5.3.3.1-5");
            }
        }
        assertThat(stage.transport.onlyRequest().method()).isEqualTo("GET");
        assertThat(stage.records()).isZero();
    }

    @Test
    void k3_fapi2RefusesAnAssertionThatIsSignedByAnotherAlgorithmThanWasTold() {
        publish(stage, Fapi.metadata().build());
        Fapi.Assertion assertion = new Fapi.Assertion("private_key_jwt", "PS256");
        OAuthClient client =
                Fapi.builder(stage, FAPI2).client(ClientId.of("app"), assertion).build();
        for (String algorithm : List.of("RS256", "none", "HS256")) {
            assertion.signedBy = algorithm;
            ConfigurationException refused = catchThrowableOfType(
                    ConfigurationException.class,
                    () -> client.clientCredentials(READ).token());
            assertThat(refused.field()).isEqualTo("client_assertion");
            assertThat(refused).hasMessageContaining("signs by " + algorithm).hasMessageContaining("§5.4.1");
        }
        assertThat(stage.transport.onlyRequest().method()).isEqualTo("GET");
    }

    @Test
    void a4_fapi2DemandsTheIssuerInEveryAnswerWhateverTheServerPromises() {
        publish(
                stage,
                Fapi.metadata()
                        .member("authorization_response_iss_parameter_supported", false)
                        .build());
        OAuthClient client = Fapi.builder(stage, FAPI2).build();
        for (String[] answer : new String[][] {{"code", CODE}, {"error", "access_denied"}}) {
            pushes(stage);
            PendingAuthorization pending = client.authorize(request());
            InvalidResponseException refused = catchThrowableOfType(
                    InvalidResponseException.class,
                    () -> client.complete(
                            callbackOf(
                                    answer[0],
                                    answer[1],
                                    "state",
                                    pending.state().reveal()),
                            pending.browserBinding()));
            assertThat(refused.field()).isEqualTo("iss");
            assertThat(refused)
                    .hasMessageContaining("FAPI 2.0 Security Profile §5.3.3.2-5")
                    .hasMessageNotContaining("access_denied");
        }
        assertThat(stage.tokenRequests()).isEmpty();
    }

    @Test
    void a5_theOtherProfilesCompareAnIssuerThatWasNotPromisedAndDemandNone() {
        for (SecurityProfile each : List.of(LENIENT, OAUTH2_1)) {
            OAuthClient client = stage.builder().security(each).build();
            PendingAuthorization swapped = client.authorize(request());
            assertThatThrownBy(() -> client.complete(
                            Stage.callback(swapped.uri(), "iss", "https://evil.example"), swapped.browserBinding()))
                    .isInstanceOf(InvalidResponseException.class)
                    .hasMessageContaining("iss");
            PendingAuthorization without = client.authorize(request());
            stage.answers(refreshable());
            client.complete(Stage.callback(without.uri()), without.browserBinding());
        }
        assertThat(stage.tokenRequests()).hasSize(2);
    }

    @Test
    void fapi2NarrowsTheVerifierAndTakesNoneForIt() {
        publish(stage, Fapi.metadata().build());
        List<Set<String>> asked = new ArrayList<>();
        IdTokenVerifier verifier = new IdTokenVerifier() {
            @Override
            public IdTokenClaims verify(IdToken token, AuthorizationServerMetadata server, ClientId client) {
                throw new AssertionError("The one that was narrowed is to be asked");
            }

            @Override
            @SuppressWarnings("NullAway") // A verifier that breaks its contract.
            public IdTokenVerifier within(Set<String> algorithms) {
                asked.add(algorithms);
                return null;
            }
        };

        assertThatNullPointerException()
                .isThrownBy(() -> Fapi.builder(stage, FAPI2).idTokens(verifier).build())
                .withMessage("idTokens.within");
        assertThat(asked).containsExactly(Set.of("PS256", "ES256", "Ed25519", "EdDSA"));
        assertThat(Fapi.builder(stage, OAUTH2_1).idTokens(verifier).build()).isNotNull();
        assertThat(asked).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"PS256,true", "ES256,true", "EdDSA,true", "Ed25519,true", "RS256,false", "ES384,false", "HS256,false"})
    void fapi2TakesIdTokensOfTheThreeAlgorithmsOnly(String algorithm, boolean good) {
        publish(stage, Fapi.metadata().build());
        pushes(stage);
        OAuthClient client = Fapi.builder(stage, FAPI2)
                .requestObjects(new Fapi.Signer("PS256"))
                .build();
        PendingAuthorization pending = client.authorize(AuthorizationRequest.of(REDIRECT, OPENID));
        Map<String, Object> claims = stage.claims();
        claims.put("nonce", part(pushed(stage).get(0).form().get("request"), 1).get("nonce"));
        stage.answers(Stage.withIdToken(Fapi.jwt(algorithm, claims)).replace("Bearer", "DPoP"));
        Runnable completion = () -> client.complete(
                callbackOf("code", CODE, "state", pending.state().reveal(), "iss", ISSUER), pending.browserBinding());
        if (good) {
            completion.run();
        } else {
            InvalidResponseException refused = catchThrowableOfType(InvalidResponseException.class, completion::run);
            assertThat(refused.field()).isEqualTo("id_token");
            assertThat(refused).hasMessageContaining("FAPI 2.0 Security Profile §5.4.1-1");
            assertThat(stage.records()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"3600,true", "3661,false", "604800,false"})
    void i3_fapi2RefusesAnIdTokenThatWasIssuedLongAgo(long age, boolean good) {
        publish(stage, Fapi.metadata().build());
        pushes(stage);
        OAuthClient client = Fapi.builder(stage, FAPI2).build();
        PendingAuthorization pending = client.authorize(AuthorizationRequest.of(REDIRECT, OPENID));
        Map<String, Object> claims = stage.claims();
        claims.put("nonce", part(pushed(stage).get(0).form().get("request"), 1).get("nonce"));
        claims.put("iat", stage.clock.instant().getEpochSecond() - age);
        stage.answers(Stage.withIdToken(Fapi.jwt("PS256", claims)).replace("Bearer", "DPoP"));
        Runnable completion = () -> client.complete(
                callbackOf("code", CODE, "state", pending.state().reveal(), "iss", ISSUER), pending.browserBinding());
        if (good) {
            completion.run();
        } else {
            assertThat(catchThrowableOfType(InvalidResponseException.class, completion::run)
                            .field())
                    .isEqualTo("iat");
            assertThat(stage.records()).isZero();
        }
    }

    @Test
    void messageSigningSignsTheRequestAndAsksForASignedAnswerByItself() {
        publish(stage, Fapi.metadata().build());
        pushes(stage);
        OAuthClient client = Fapi.builder(stage, FAPI2_MESSAGE_SIGNING).build();
        PendingAuthorization pending = client.authorize(request());
        assertThat(pushed(stage).get(0).form())
                .containsOnlyKeys("client_id", "request", "client_assertion_type", "client_assertion");
        assertThat(part(pushed(stage).get(0).form().get("request"), 1)).containsEntry("response_mode", "jwt");

        assertThatThrownBy(() -> client.complete(
                        callbackOf("code", CODE, "state", pending.state().reveal(), "iss", ISSUER),
                        pending.browserBinding()))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("response");
        assertThatThrownBy(() -> client.complete(
                        callbackOf("response", Fapi.jwt("RS256", answer(pending))), pending.browserBinding()))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("§5.4.1-1");
        stage.answers(refreshable().replace("Bearer", "DPoP"));
        client.complete(callbackOf("response", Fapi.jwt("ES256", answer(pending))), pending.browserBinding());
        assertThat(stage.tokenRequests()).hasSize(1);
    }

    private Map<String, Object> answer(PendingAuthorization pending) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", ISSUER);
        claims.put("aud", "app");
        claims.put("exp", stage.clock.instant().getEpochSecond() + 60);
        claims.put("code", CODE);
        claims.put("state", pending.state().reveal());
        return claims;
    }

    @Test
    void messageSigningRefusesWhatIsNotSignedByItsClause() {
        refusedAtBuild(
                "requestObjects",
                "FAPI 2.0 Message Signing §5.3.2-1",
                stage.discovering()
                        .client(ClientId.of("app"), new Fapi.Assertion("private_key_jwt", "PS256"))
                        .binding(new Fapi.Binding("dpop", "ES256"))
                        .idTokens(new Fapi.Verifier())
                        .security(FAPI2_MESSAGE_SIGNING));
        refusedAtBuild(
                "idTokens",
                "FAPI 2.0 Message Signing §5.4.2-2",
                OAuthClient.builder(stage.transport)
                        .server(AuthorizationServer.oauth(ISSUER))
                        .client(ClientId.of("app"), new Fapi.Assertion("private_key_jwt", "PS256"))
                        .binding(new Fapi.Binding("dpop", "ES256"))
                        .requestObjects(new Fapi.Signer("PS256"))
                        .security(FAPI2_MESSAGE_SIGNING));
        OAuthClient client = Fapi.builder(stage, FAPI2_MESSAGE_SIGNING).build();
        for (ResponseMode plain : List.of(ResponseMode.QUERY, ResponseMode.FORM_POST)) {
            assertThatThrownBy(() -> client.authorize(
                            request().toBuilder().responseMode(plain).build()))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("responseMode")
                    .hasMessageContaining("FAPI 2.0 Message Signing §5.4.2-1");
        }
        assertThat(stage.transport.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "aud,https://as.example.com/par,5.3.2-2",
        "aud,absent,5.3.2-2",
        "nbf,absent,5.3.2-3",
        "nbf,soon,5.3.2-3",
        "exp,absent,5.3.2-4",
        "exp,4601,5.3.2-4",
        "alg,RS256,5.4.1-1"
    })
    void a13_messageSigningRefusesAnObjectThatIsForOthersOrForTooLong(String claim, String value, String clause) {
        publish(stage, Fapi.metadata().build());
        Fapi.Signer signer = new Fapi.Signer("PS256");
        signer.bent.put(claim, value.matches("[0-9]+") ? (Object) Long.valueOf(value) : value);
        OAuthClient client = Fapi.builder(stage, FAPI2_MESSAGE_SIGNING)
                .requestObjects(signer)
                .build();
        ConfigurationException refused =
                catchThrowableOfType(ConfigurationException.class, () -> client.authorize(request()));
        assertThat(refused.field()).isEqualTo("requestObjects");
        assertThat(refused).hasMessageContaining(clause);
        assertThat(pushed(stage)).isEmpty();
        assertThat(stage.records()).isZero();
    }

    @Test
    void fapi2CompletesNothingThatWasNotPushed() {
        publish(stage, Fapi.metadata().build());
        pushes(stage);
        OAuthClient client = Fapi.builder(stage, FAPI2).build();
        CarriedAuthorization carried = client.authorizeCarried(request());
        String state = String.valueOf(
                part(pushed(stage).get(0).form().get("request"), 1).get("state"));
        String changed = carried.transaction().reveal().replace(",\"pushed\":true", "");
        assertThatThrownBy(() -> client.complete(
                        callbackOf("code", CODE, "state", state, "iss", ISSUER),
                        AuthorizationTransaction.restore(changed)))
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining("not pushed");
        assertThat(stage.tokenRequests()).isEmpty();
    }

    @Test
    void whatBeganUnderAWeakerProfileIsNotCompletedUnderFapi2() {
        publish(stage, Fapi.metadata().build());
        pushes(stage);
        OAuthClient weaker = Fapi.builder(stage, OAUTH2_1).build();
        PendingAuthorization pending = weaker.authorize(request());
        OAuthClient stricter = Fapi.builder(stage, FAPI2).build();
        assertThatThrownBy(() -> stricter.complete(
                        callbackOf("code", CODE, "state", pending.state().reveal(), "iss", ISSUER),
                        pending.browserBinding()))
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining("OAUTH2_1")
                .hasMessageContaining("FAPI2");
        assertThat(stage.tokenRequests()).isEmpty();
    }

    @Test
    void a4_whatBeganUnderFapi2NeedsItsIssuerOnANodeThatIsWeakerToo() {
        publish(
                stage,
                Fapi.metadata()
                        .member("authorization_response_iss_parameter_supported", false)
                        .build());
        pushes(stage);
        PendingAuthorization pending = Fapi.builder(stage, FAPI2).build().authorize(request());
        publish(stage, Fapi.metadata().build());
        OAuthClient weaker = Fapi.builder(stage, OAUTH2_1).build();
        assertThatThrownBy(() -> weaker.complete(
                        callbackOf("code", CODE, "state", pending.state().reveal()), pending.browserBinding()))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("iss");
    }

    @Test
    void aTransactionOfAReleaseThatKnewNoProfilesIsStillCompleted() {
        CarriedAuthorization carried = stage.client().authorizeCarried(request());
        String today = carried.transaction().reveal();
        String before = today.replace(",\"security_profile\":\"OAUTH2_1\"", "");
        assertThat(before).isNotEqualTo(today).doesNotContain("answers_signed").doesNotContain("pushed\":");
        stage.answers(refreshable());
        stage.client().complete(Stage.callback(carried.uri()), AuthorizationTransaction.restore(before));
        assertThat(stage.tokenRequests()).hasSize(1);
    }

    @Test
    void aTransactionOfAProfileThatNobodyKnowsSendsNothing() {
        CarriedAuthorization carried = stage.client().authorizeCarried(request());
        String unknown = carried.transaction().reveal().replace("OAUTH2_1", "FAPI3");
        assertThatThrownBy(() -> stage.client()
                        .complete(Stage.callback(carried.uri()), AuthorizationTransaction.restore(unknown)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("transaction");
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    @SuppressWarnings("deprecation")
    void thePasswordGrantNeedsTheLenientProfile() {
        PasswordGrant grant = PasswordGrant.of("joe", Password.of("5ecret"), READ);
        ExtensionGrant disguised = ExtensionGrant.of("password", Parameters.of("username", "joe"));
        OAuthClient strict = stage.discovering().build();
        OAuthClient fapi = Fapi.builder(stage, FAPI2).build();
        Map<Runnable, String> refusals = new LinkedHashMap<>();
        refusals.put(() -> strict.password(grant, AccountNaming.subject("joe")), "RFC 9700 §2.4");
        refusals.put(() -> strict.request(grant), "RFC 9700 §2.4");
        refusals.put(() -> strict.request(disguised), "RFC 9700 §2.4");
        refusals.put(() -> fapi.password(grant, AccountNaming.subject("joe")), "FAPI 2.0 Security Profile §5.3.2.1-2");
        refusals.forEach((each, clause) -> {
            ConfigurationException refused = catchThrowableOfType(ConfigurationException.class, each::run);
            assertThat(refused.field()).isEqualTo("grant_type");
            assertThat(refused).hasMessageContaining(clause).hasMessageContaining("LENIENT");
        });
        assertThat(stage.transport.requests()).isEmpty();
        assertThatThrownBy(() -> stage.builder().build().tokens(disguised).token())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("RFC 9700 §2.4");
        assertThat(stage.transport.requests()).isEmpty();

        stage.answers(granted(""));
        stage.builder().security(LENIENT).build().password(grant, AccountNaming.subject("joe"));
        assertThat(stage.transport.onlyRequest().form()).containsEntry("grant_type", "password");
    }

    @Test
    void k6_aMissingTokenTypeIsABearerTokenUnderTheLenientProfileAlone() {
        String json = "{\"access_token\":\"at\",\"expires_in\":60}";
        for (SecurityProfile each : List.of(OAUTH2_1, FAPI2)) {
            stage.answers(json);
            OAuthClientBuilder builder =
                    each == FAPI2 ? Fapi.builder(stage, FAPI2) : stage.builder().security(each);
            if (each == FAPI2) {
                publish(stage, Fapi.metadata().build());
            }
            assertThatThrownBy(() -> builder.build().clientCredentials(READ).token())
                    .isInstanceOf(InvalidResponseException.class)
                    .hasMessageContaining("token_type");
        }
        stage.answers(json);
        TokenResponse lenient = stage.builder().security(LENIENT).build().request(ClientCredentialsGrant.of(READ));
        assertThat(lenient.accessToken().type()).isEqualTo(TokenType.BEARER);
    }

    @Test
    void k6_theLenientProfileStillRefusesAnUnknownTypeAndOneThatIsNoText() {
        for (String type : List.of("\"mac\"", "\"\"", "7", "[\"Bearer\"]")) {
            stage.answers("{\"access_token\":\"at\",\"token_type\":" + type + "}");
            assertThatThrownBy(() -> stage.builder().security(LENIENT).build().request(ClientCredentialsGrant.of(READ)))
                    .as(type)
                    .isInstanceOf(InvalidResponseException.class)
                    .hasMessageContaining("token_type");
        }
    }

    @Test
    void k7_theLenientProfileTakesNoTokenWithoutTypeForABoundOne() {
        stage.answers("{\"access_token\":\"at\",\"expires_in\":60}");
        OAuthClient client = stage.builder()
                .security(LENIENT)
                .binding(new FakeBinding.Factory("fake"))
                .build();
        assertThatThrownBy(() -> client.clientCredentials(READ).token())
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("token_type");
    }

    @Test
    void theDefaultIsOAuth21AndTakesOrdinaryClients() {
        stage.answers(granted(""));
        OAuthClient client = stage.builder()
                .client(ClientId.of("app"), ClientAuthentication.secretBasic(ClientSecret.of("s")))
                .build();
        client.clientCredentials(READ).token();
        assertThatThrownBy(() -> client.request(ExtensionGrant.of("password", Parameters.NONE)))
                .isInstanceOf(OAuthException.class)
                .hasMessageContaining("the client's security profile is OAUTH2_1");
    }

    @Test
    void fapi2RefusesUserInfoAndIntrospectionUnderAWeakerAlgorithm() {
        Fapi.publish(
                stage,
                Fapi.metadata()
                        .member("userinfo_endpoint", Stage.ISSUER + "/userinfo")
                        .member("introspection_endpoint", Stage.ISSUER + "/introspect")
                        .build());
        OAuthClient client = Fapi.builder(stage, SecurityProfile.FAPI2).build();
        Map<String, Object> claims = Map.of(
                "iss",
                Stage.ISSUER,
                "aud",
                "app",
                "iat",
                stage.clock.instant().getEpochSecond(),
                "sub",
                "alice",
                "token_introspection",
                Map.of("active", true));
        TokenSource tokens = TokenSource.of(AccessToken.bearer("a"));
        for (String algorithm : List.of("PS256", "RS256")) {
            stage.transport.onGet("/userinfo").answers(200, "application/jwt", Fapi.jwt(algorithm, claims));
            stage.transport
                    .onPost("/introspect")
                    .answers(200, "application/token-introspection+jwt", Fapi.jwt(algorithm, claims));
            if (algorithm.equals("PS256")) {
                assertThat(client.userInfo(tokens, "alice").subject()).isEqualTo("alice");
                assertThat(client.introspect(AccessToken.bearer("a")).isActive())
                        .isTrue();
                continue;
            }
            assertThatThrownBy(() -> client.userInfo(tokens, "alice"))
                    .isInstanceOf(InvalidResponseException.class)
                    .hasMessageContaining("PS256");
            assertThatThrownBy(() -> client.introspect(AccessToken.bearer("a")))
                    .isInstanceOf(InvalidResponseException.class)
                    .hasMessageContaining("PS256");
        }
    }

    @Test
    void l1_fapi2RefusesALogoutTokenUnderAWeakerAlgorithmAndOneOfAnotherIssuer() {
        publish(stage, Fapi.metadata().build());
        OAuthClient client = Fapi.builder(stage, FAPI2).build();
        Map<String, Object> claims = Map.of("iss", ISSUER, "sub", "alice");

        assertThat(client.verify(SignedResponse.LOGOUT_TOKEN, Fapi.jwt("PS256", claims))
                        .subject())
                .isEqualTo("alice");
        for (String jwt : List.of(
                Fapi.jwt("RS256", claims),
                Fapi.jwt("PS256", Map.of("iss", ISSUER + "/")),
                Fapi.jwt("PS256", Map.of("sub", "alice")))) {
            assertThatThrownBy(() -> client.verify(SignedResponse.LOGOUT_TOKEN, jwt))
                    .isInstanceOf(InvalidResponseException.class);
        }
    }
}
