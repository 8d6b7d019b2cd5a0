package dev.latchkey.auth;

import static dev.latchkey.auth.Fapi.SIGNATURE;
import static dev.latchkey.auth.Stage.CODE;
import static dev.latchkey.auth.Stage.HOST;
import static dev.latchkey.auth.Stage.ISSUER;
import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.REDIRECT;
import static dev.latchkey.auth.Stage.base64;
import static dev.latchkey.auth.Stage.callbackOf;
import static dev.latchkey.auth.Stage.query;
import static dev.latchkey.auth.Stage.refreshable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.authorize.CarriedAuthorization;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.authorize.ResponseMode;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signed answers to authorization requests (JARM): the core's part; signature and algorithm are the verifier's. */
@Timeout(20)
class SignedAnswerTest {

    private final Stage stage = new Stage();
    private final Fapi.Verifier verifier = new Fapi.Verifier();
    private final OAuthClient client = stage.builder().idTokens(verifier).build();
    private final PendingAuthorization pending = client.authorize(signed(ResponseMode.JWT));

    private static AuthorizationRequest signed(ResponseMode mode) {
        return AuthorizationRequest.builder(REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .responseMode(mode)
                .build();
    }

    private Map<String, Object> claims() {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", ISSUER);
        claims.put("aud", "app");
        claims.put("exp", stage.clock.instant().getEpochSecond() + 60);
        claims.put("code", CODE);
        claims.put("state", pending.state().reveal());
        return claims;
    }

    private static AuthorizationCallback answer(Map<String, Object> claims) {
        return callbackOf("response", Fapi.jwt("PS256", claims));
    }

    private InvalidResponseException refused(AuthorizationCallback callback) {
        InvalidResponseException refused = catchThrowableOfType(
                InvalidResponseException.class, () -> client.complete(callback, pending.browserBinding()));
        assertThat(refused).hasMessageNotContaining(CODE);
        assertThat(stage.transport.requests()).isEmpty();
        return refused;
    }

    private void stillCompletes() {
        stage.answers(refreshable());
        client.complete(answer(claims()), pending.browserBinding());
        assertThat(stage.tokenRequests()).hasSize(1);
    }

    @Test
    void aSignedAnswerCompletesLikeAPlainOne() {
        assertThat(query(pending.uri())).containsEntry("response_mode", "jwt").containsEntry("response_type", "code");
        stillCompletes();
        assertThat(stage.transport.onlyRequest().form()).containsEntry("code", CODE);
        assertThat(verifier.asked).containsExactly("AUTHORIZATION of https://as.example.com for app");
    }

    @Test
    void everySignedModeIsAskedForByItsName() {
        assertThat(client.authorize(signed(ResponseMode.QUERY_JWT)).uri()).hasParameter("response_mode", "query.jwt");
        assertThat(client.authorize(signed(ResponseMode.FORM_POST_JWT)).uri())
                .hasParameter("response_mode", "form_post.jwt");
        assertThat(client.authorize(signed(ResponseMode.FORM_POST)).uri()).hasParameter("response_mode", "form_post");
        assertThat(List.of(ResponseMode.JWT, ResponseMode.QUERY_JWT, ResponseMode.FORM_POST_JWT))
                .allMatch(ResponseMode::isSigned);
        assertThat(List.of(ResponseMode.QUERY, ResponseMode.FORM_POST)).noneMatch(ResponseMode::isSigned);
    }

    @Test
    void theStateAndTheBrowsersCookieAreFoundInASignedAnswer() {
        AuthorizationCallback callback = answer(claims());
        assertThat(callback.state()).hasValue(pending.state());
        String cookie = pending.browserBinding().setCookie().split(";", 2)[0];
        assertThat(BrowserBinding.find(callback, cookie)).hasValue(pending.browserBinding());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "a.b",
                "a.!!!.c",
                "a.e30.c",
                "a.W10.c",
                // {"state":"a","x":{"state":"b"}}: nobody can say which one is meant.
                "a.eyJzdGF0ZSI6ImEiLCJ4Ijp7InN0YXRlIjoiYiJ9fQ.c",
                // {"state":7}
                "a.eyJzdGF0ZSI6N30.c"
            })
    void whatIsNoSignedAnswerHasNoState(String response) {
        AuthorizationCallback callback = callbackOf("response", response);
        assertThat(callback.state()).isEmpty();
        assertThat(refused(callback).field()).isEqualTo("state");
    }

    @Test
    void a10_aPlainAnswerIsRefusedWhereASignedOneWasAskedFor() {
        String state = pending.state().reveal();
        assertThat(refused(callbackOf("code", CODE, "state", state, "iss", ISSUER))
                        .field())
                .isEqualTo("response");
        assertThat(refused(callbackOf("error", "access_denied", "state", state, "iss", ISSUER)))
                .hasMessageContaining("JARM")
                .hasMessageNotContaining("access_denied");
        stillCompletes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"code", "error", "id_token", "access_token", "token"})
    void a10_aPlainParameterBesideASignedAnswerIsRefused(String name) {
        String jwt = Fapi.jwt("PS256", claims());
        assertThat(refused(callbackOf("response", jwt, name, "injected")).field())
                .isEqualTo(name);
        stillCompletes();
    }

    @Test
    void a10_aSignedAnswerIsRefusedWhereAPlainOneWasAskedFor() {
        PendingAuthorization plain = client.authorize(Fapi.request());
        Map<String, Object> claims = claims();
        claims.put("state", plain.state().reveal());
        assertThatThrownBy(() -> client.complete(answer(claims), plain.browserBinding()))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("response")
                .hasMessageContaining("not asked for");
        assertThat(verifier.asked).isEmpty();
        assertThat(stage.transport.requests()).isEmpty();
        // The authorization still waits for its right answer.
        stage.answers(refreshable());
        client.complete(Stage.callback(plain.uri()), plain.browserBinding());
    }

    @Test
    void a10_tokensInASignedAnswerAreRefused() {
        for (String name : List.of("id_token", "access_token")) {
            PendingAuthorization next = client.authorize(signed(ResponseMode.JWT));
            Map<String, Object> claims = claims();
            claims.put("state", next.state().reveal());
            claims.put(name, "5ecret");
            assertThatThrownBy(() -> client.complete(answer(claims), next.browserBinding()))
                    .isInstanceOf(InvalidResponseException.class)
                    .hasMessageContaining(name)
                    .hasMessageNotContaining("5ecret");
        }
        assertThat(stage.transport.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"iss", "aud", "exp"})
    void a14_issuerAudienceAndExpiryMustBeThere(String claim) {
        Map<String, Object> claims = claims();
        claims.remove(claim);
        InvalidResponseException refused = refused(answer(claims));
        assertThat(refused.field()).isEqualTo(claim);
        assertThat(refused.host()).isEqualTo(HOST);
        assertThat(refused).hasMessageContaining("JARM §2.4");
        stillCompletes();
    }

    @Test
    void a14_issuerAudienceAndExpiryMustBeRight() {
        Map<String, List<Object>> wrong = Map.of(
                "iss", List.of("https://evil.example", ISSUER + "/", List.of(ISSUER), 7),
                "aud", List.of("another", List.of("another"), List.of(), 7, Map.of("app", "app")),
                "exp", List.of(stage.clock.instant().getEpochSecond() - 60, "soon", 1e300, -1L),
                "iat", List.of(stage.clock.instant().getEpochSecond() + 61, "now"),
                "nbf", List.of(stage.clock.instant().getEpochSecond() + 61),
                "code", List.of(7, List.of(CODE)));
        wrong.forEach((claim, values) -> values.forEach(value -> {
            Map<String, Object> claims = claims();
            claims.put(claim, value);
            assertThat(refused(answer(claims)).field())
                    .as("%s %s", claim, value)
                    .isEqualTo(claim);
        }));
        stillCompletes();
    }

    @Test
    void a14_whatIsJustWithinTheSkewAndAnAudienceOfSeveralIsAccepted() {
        Map<String, Object> claims = claims();
        claims.put("aud", List.of("another", "app"));
        claims.put("exp", stage.clock.instant().getEpochSecond() - 59);
        claims.put("iat", stage.clock.instant().getEpochSecond() + 60);
        stage.answers(refreshable());
        client.complete(answer(claims), pending.browserBinding());
        assertThat(stage.tokenRequests()).hasSize(1);
    }

    @Test
    void a14_aWrongSignatureIsRefusedAndChangesNothing() {
        String forged = Fapi.jwt("PS256", claims()).replace("." + SIGNATURE, ".Zm9yZ2Vk");
        assertThat(refused(callbackOf("response", forged)).field()).isEqualTo("response");
        stillCompletes();
    }

    @Test
    void a14_theStateThatWasSignedIsTheOneThatCounts() {
        PendingAuthorization other = client.authorize(signed(ResponseMode.JWT));
        Map<String, Object> claims = claims();
        claims.put("state", other.state().reveal());
        AuthorizationCallback mixed =
                callbackOf("state", pending.state().reveal(), "response", Fapi.jwt("PS256", claims));
        assertThat(refused(mixed).field()).isEqualTo("state");
        stillCompletes();
    }

    @Test
    void a4_theIssuerOfASignedAnswerIsThatOfTheAuthorization() {
        // The keys and the issuer are those of the metadata that the browser was sent with, not of today's.
        OAuthClient moved = stage.builder(AuthorizationServerMetadata.builder(ISSUER)
                        .authorizationEndpoint(
                                Stage.metadata().build().authorizationEndpoint().orElseThrow())
                        .tokenEndpoint(URI.create(ISSUER + "/new-token"))
                        .build())
                .idTokens(verifier)
                .build();
        stage.answers(refreshable());
        moved.complete(answer(claims()), pending.browserBinding());
        assertThat(stage.transport.onlyRequest().path()).isEqualTo("/token");
    }

    @Test
    void a4_anErrorIsSurfacedOnlyFromASignedAnswer() {
        Map<String, Object> claims = claims();
        claims.remove("code");
        claims.put("error", "access_denied");
        claims.put("error_description", "The user said no");
        AccessDeniedException denied = catchThrowableOfType(
                AccessDeniedException.class, () -> client.complete(answer(claims), pending.browserBinding()));
        assertThat(denied.error().orElseThrow().description()).hasValue("The user said no");
        assertThat(stage.records()).isZero();
    }

    @Test
    void anEncryptedAnswerIsOpenedToFindItsState() {
        String nested = base64("{\"alg\":\"RSA-OAEP-256\"}") + ".a.b." + base64(Fapi.jwt("PS256", claims())) + ".c";
        stage.answers(refreshable());
        client.complete(callbackOf("response", nested), pending.browserBinding());
        assertThat(stage.tokenRequests()).hasSize(1);
    }

    @Test
    void aCarriedAuthorizationTakesASignedAnswerAndNoPlainOne() {
        CarriedAuthorization carried = client.authorizeCarried(signed(ResponseMode.JWT));
        String state = query(carried.uri()).get("state");
        assertThatThrownBy(() -> client.complete(callbackOf("code", CODE, "state", state), carried.transaction()))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("response");
        Map<String, Object> claims = claims();
        claims.put("state", state);
        stage.answers(refreshable());
        client.complete(answer(claims), carried.transaction());
        assertThat(stage.tokenRequests()).hasSize(1);
    }

    @Test
    void keysThatCannotBeHadNowLeaveTheAuthorizationWaiting() {
        verifier.withoutKeys = true;
        TemporaryFailureException failure = catchThrowableOfType(
                TemporaryFailureException.class, () -> client.complete(answer(claims()), pending.browserBinding()));
        assertThat(failure.safeToRetry()).isTrue();
        verifier.withoutKeys = false;
        stillCompletes();
    }

    @Test
    void aSignedAnswerIsAskedForOnlyWhereSomebodyCanVerifyIt() {
        List<OAuthClient> without = new ArrayList<>();
        without.add(stage.client());
        without.add(OAuthClient.builder(stage.transport)
                .server(AuthorizationServer.of(Stage.metadata().build()))
                .client(ClientId.of("app"), ClientAuthentication.none())
                .build());
        int before = stage.records();
        for (OAuthClient each : without) {
            assertThatThrownBy(() -> each.authorize(signed(ResponseMode.JWT)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("idTokens");
        }
        assertThat(stage.records()).isEqualTo(before);
    }

    @Test
    void aSignedAnswerIsGoodForTheAuthorizationsTimeAndOnce() {
        stillCompletes();
        assertThatThrownBy(() -> client.complete(answer(claims()), pending.browserBinding()))
                .hasMessageContaining("state");
        PendingAuthorization late = client.authorize(signed(ResponseMode.JWT));
        stage.clock.advance(Duration.ofMinutes(10));
        Map<String, Object> claims = claims();
        claims.put("state", late.state().reveal());
        assertThatThrownBy(() -> client.complete(answer(claims), late.browserBinding()))
                .hasMessageContaining("state");
        assertThat(stage.tokenRequests()).hasSize(1);
    }
}
