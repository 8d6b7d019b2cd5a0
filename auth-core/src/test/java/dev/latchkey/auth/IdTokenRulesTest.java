package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.ACCESS_TOKEN;
import static dev.latchkey.auth.Stage.HOST;
import static dev.latchkey.auth.Stage.ISSUER;
import static dev.latchkey.auth.Stage.OPENID;
import static dev.latchkey.auth.Stage.REDIRECT;
import static dev.latchkey.auth.Stage.callback;
import static dev.latchkey.auth.Stage.granted;
import static dev.latchkey.auth.Stage.jwt;
import static dev.latchkey.auth.Stage.query;
import static dev.latchkey.auth.Stage.withIdToken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.Gson;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class IdTokenRulesTest {

    private final Stage stage = new Stage();
    private final OAuthClient client = stage.client();
    private final AuthorizationRequest request = AuthorizationRequest.of(REDIRECT, OPENID);

    private static UnaryOperator<Map<String, Object>> with(String claim, Object value) {
        return claims -> {
            if (value == null) {
                claims.remove(claim);
            } else {
                claims.put(claim, value);
            }
            return claims;
        };
    }

    private void refuses(String field, UnaryOperator<Map<String, Object>> bent) {
        refuses(field, request, bent);
    }

    private void refuses(String field, AuthorizationRequest asked, UnaryOperator<Map<String, Object>> bent) {
        InvalidResponseException refused =
                catchThrowableOfType(InvalidResponseException.class, () -> stage.signIn(client, asked, bent));
        assertThat(refused).as(field).isNotNull();
        assertThat(refused.field()).isEqualTo(field);
        assertThat(refused.host()).isEqualTo(HOST);
        assertThat(refused)
                .hasMessageContaining(HOST)
                .hasMessageNotContaining(ACCESS_TOKEN)
                .hasMessageNotContaining(Stage.REFRESH_TOKEN)
                .hasMessageNotContaining("eyJ");
        assertThat(stage.records()).as("nothing is kept").isZero();
    }

    private SignIn accepts(UnaryOperator<Map<String, Object>> bent) {
        return stage.signIn(client, request, bent);
    }

    private long now() {
        return stage.clock.instant().getEpochSecond();
    }

    @Test
    void aRightTokenNamesTheAccount() {
        SignIn signIn = accepts(with("preferred_username", "Alice"));
        assertThat(signIn.account()).isEqualTo(Account.of(ISSUER, "alice"));
        assertThat(signIn.account().username()).hasValue("Alice");
        assertThat(signIn.claims().orElseThrow().subject()).isEqualTo("alice");
    }

    @Test
    void i1_theIssuerIsComparedCharacterByCharacter() {
        for (String iss :
                List.of("https://evil.example", ISSUER + "/", "https://AS.example.com", "http://as.example.com", "")) {
            refuses("iss", with("iss", iss));
        }
        refuses("iss", with("iss", null));
        refuses("iss", with("iss", List.of(ISSUER)));
    }

    @Test
    void i2_theAudienceNamesThisClientAndOthersOnlyWithAzp() {
        refuses("aud", with("aud", "other"));
        refuses("aud", with("aud", null));
        refuses("aud", with("aud", List.of()));
        refuses("aud", with("aud", List.of("other")));
        refuses("aud", with("aud", List.of("app", "other")));
        refuses("aud", with("aud", Map.of("app", 1)));
        refuses("aud", with("aud", List.of("app", 1)));
        refuses("azp", with("azp", "other"));
        refuses("azp", with("azp", List.of("app")));
        refuses("azp", with("azp", ""));
        refuses(
                "azp",
                claims -> with("azp", "other")
                        .apply(with("aud", List.of("app", "other")).apply(claims)));
        accepts(with("aud", List.of("app")));
        accepts(with("azp", "app"));
        accepts(claims ->
                with("azp", "app").apply(with("aud", List.of("other", "app")).apply(claims)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"exp", "iat", "sub"})
    void i3_expIatAndSubAreRequired(String claim) {
        refuses(claim, with(claim, null));
        refuses(claim, with(claim, claim.equals("sub") ? (Object) 1 : "soon"));
    }

    @Test
    void i3_timesHoldWithinTheSkewAndNotBeyond() {
        accepts(claims -> with("exp", now() - 59).apply(claims));
        refuses60("exp", now() - 60);
        accepts(claims -> with("iat", now() + 60).apply(claims));
        refuses60("iat", now() + 61);
        accepts(claims -> with("nbf", now() + 60).apply(claims));
        refuses60("nbf", now() + 61);
        refuses60("nbf", "later");
        refuses60("exp", 1e300);
        refuses60("exp", -1e300);
        refuses60("iat", 9223372036854775807L);
        accepts(with("iat", 1));
    }

    private void refuses60(String claim, Object value) {
        Stage fresh = new Stage();
        InvalidResponseException refused = catchThrowableOfType(
                InvalidResponseException.class, () -> fresh.signIn(fresh.client(), request, with(claim, value)));
        assertThat(refused.field()).isEqualTo(claim);
        assertThat(fresh.records()).isZero();
    }

    @Test
    void i3_theSkewIsBoundedAndNeverNegative() {
        for (Duration skew :
                List.of(Duration.ofSeconds(-1), Duration.ofMinutes(5).plusMillis(1))) {
            assertThatThrownBy(() -> stage.builder().clockSkew(skew))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("clockSkew");
        }
        OAuthClient exact = stage.builder().clockSkew(Duration.ZERO).build();
        assertThatThrownBy(() -> stage.signIn(exact, request, with("exp", now())))
                .isInstanceOf(InvalidResponseException.class);
        OAuthClient lenient = stage.builder().clockSkew(Duration.ofMinutes(5)).build();
        stage.signIn(lenient, request, with("exp", now() - 299));
    }

    @Test
    void i4_theNonceThatWasSentComesBackAndNoOther() {
        refuses("nonce", with("nonce", null));
        refuses("nonce", with("nonce", "other"));
        refuses("nonce", with("nonce", List.of("other")));
        refuses("nonce", claims -> with("nonce", claims.get("nonce") + "x").apply(claims));
    }

    @Test
    void i4_anUnaskedNonceIsRefused() {
        PendingAuthorization pending = client.authorize(AuthorizationRequest.builder(REDIRECT, Stage.READ)
                .account(AccountNaming.subject("alice"))
                .build());
        assertThat(query(pending.uri())).doesNotContainKey("nonce");
        Map<String, Object> claims = stage.claims();
        claims.put("nonce", "n");
        stage.answers(withIdToken(jwt(claims)));
        InvalidResponseException refused = catchThrowableOfType(
                InvalidResponseException.class,
                () -> client.complete(callback(pending.uri()), pending.browserBinding()));
        assertThat(refused.field()).isEqualTo("nonce");
    }

    @Test
    void i5_maxAgeDemandsARecentAuthTime() {
        AuthorizationRequest recent =
                request.toBuilder().maxAge(Duration.ofMinutes(5)).build();
        refuses("auth_time", recent, with("auth_time", null));
        refuses("auth_time", recent, with("auth_time", now() - 300 - 61));
        refuses("auth_time", recent, with("auth_time", "now"));
        assertThat(stage.signIn(client, recent, with("auth_time", now() - 300 - 60))
                        .account()
                        .subject())
                .isEqualTo("alice");
    }

    @Test
    void i6_oneOfTheAskedAcrValuesIsMet() {
        AuthorizationRequest gold =
                request.toBuilder().acrValues("gold", "platinum").build();
        refuses("acr", gold, with("acr", null));
        refuses("acr", gold, with("acr", "silver"));
        refuses("acr", gold, with("acr", List.of("gold")));
        stage.signIn(client, gold, with("acr", "platinum"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"gold\",\"platinum\"]}}}",
                "{\"id_token\":{\"acr\":{\"essential\":true,\"value\":\"gold\"}}}"
            })
    void i6_anEssentialAcrAmongTheClaimsIsMet(String claims) {
        AuthorizationRequest gold = request.toBuilder().claims(claims).build();
        refuses("acr", gold, with("acr", null));
        refuses("acr", gold, with("acr", "silver"));
        stage.signIn(client, gold, with("acr", "gold"));
    }

    @Test
    void i6_aVoluntaryAcrIsNotDemandedAndClaimsMustBeJson() {
        stage.signIn(
                client,
                request.toBuilder()
                        .claims("{\"id_token\":{\"acr\":{\"values\":[\"gold\"]},\"email\":null}}")
                        .build(),
                claims -> claims);
        assertThatThrownBy(() ->
                        client.authorize(request.toBuilder().claims("acr=gold").build()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("claims");
    }

    @ParameterizedTest
    @CsvSource({"RS256,SHA-256", "ES384,SHA-384", "PS512,SHA-512", "EdDSA,SHA-512"})
    void i7_anAccessTokenHashIsCheckedWithTheAlgorithmsHash(String algorithm, String digest) throws Exception {
        byte[] hash = MessageDigest.getInstance(digest).digest(ACCESS_TOKEN.getBytes(StandardCharsets.US_ASCII));
        String right = Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, hash.length / 2));
        assertThat(signInWithHeader("{\"alg\":\"" + algorithm + "\"}", "at_hash", right))
                .isNull();
        assertThat(signInWithHeader("{\"alg\":\"" + algorithm + "\"}", "at_hash", "d3Jvbmc")
                        .field())
                .isEqualTo("at_hash");
        assertThat(signInWithHeader("{\"alg\":\"" + algorithm + "\"}", "at_hash", 1)
                        .field())
                .isEqualTo("at_hash");
    }

    private InvalidResponseException signInWithHeader(String header, String claim, Object value) {
        PendingAuthorization pending = client.authorize(request);
        Map<String, Object> claims = stage.claims();
        claims.put("nonce", query(pending.uri()).get("nonce"));
        claims.put(claim, value);
        stage.answers(withIdToken(jwt(header, new Gson().toJson(claims))));
        return catchThrowableOfType(
                InvalidResponseException.class,
                () -> client.complete(callback(pending.uri()), pending.browserBinding()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"none\"}",
                "{\"alg\":\"NONE\"}",
                "{\"alg\":\"nOnE\"}",
                "{}",
                "{\"alg\":1}",
                "{\"alg\":\"RS256\",\"alg\":\"none\"}"
            })
    void anUnsignedTokenIsRefusedEvenWhereNobodyVerifies(String header) {
        InvalidResponseException refused = signInWithHeader(header, "x", "y");
        assertThat(refused.field()).isEqualTo("id_token");
        assertThat(refused.host()).isEqualTo(HOST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "a.b",
                "a.b.c.d.e",
                "..",
                "e30.e30.",
                "!.e30.e30",
                "e30.W10.e30",
                "eyJhbGciOiJSUzI1NiJ9.bm90.e30"
            })
    void whatIsNoJwtIsRefusedAndNotQuoted(String token) {
        PendingAuthorization pending = client.authorize(request);
        stage.answers(withIdToken(token));
        InvalidResponseException refused = catchThrowableOfType(
                InvalidResponseException.class,
                () -> client.complete(callback(pending.uri()), pending.browserBinding()));
        assertThat(refused.field()).isEqualTo("id_token");
        assertThat(refused).hasNoCause();
        assertThat(stage.records()).isZero();
    }

    @Test
    void aDuplicateClaimIsRefused() {
        PendingAuthorization pending = client.authorize(request);
        stage.answers(withIdToken(
                jwt("{\"alg\":\"RS256\"}", "{\"iss\":\"https://evil.example\",\"iss\":\"" + ISSUER + "\"}")));
        assertThatThrownBy(() -> client.complete(callback(pending.uri()), pending.browserBinding()))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("iss is there twice");
    }

    @Test
    void aMissingIdTokenIsRefusedWhereOpenidAskedForIt() {
        PendingAuthorization pending = client.authorize(request);
        stage.answers(granted(""));
        InvalidResponseException refused = catchThrowableOfType(
                InvalidResponseException.class,
                () -> client.complete(callback(pending.uri()), pending.browserBinding()));
        assertThat(refused.field()).isEqualTo("id_token");
        assertThat(stage.records()).isZero();
    }

    @Test
    void aSubjectOtherThanTheApplicationNamedIsRefused() {
        refuses("sub", request.toBuilder().account(AccountNaming.subject("bob")).build(), claims -> claims);
    }

    private InvalidResponseException refresh(UnaryOperator<Map<String, Object>> bent) {
        Account account =
                stage.signIn(client, request, with("auth_time", now() - 10)).account();
        String before = stage.transport.lastRequest().body();
        stage.clock.advance(Duration.ofHours(2));
        Map<String, Object> claims = stage.claims();
        claims.put("auth_time", now() - 10 - 7200);
        stage.answers(granted(",\"refresh_token\":\"rotated\",\"id_token\":\"" + jwt(bent.apply(claims)) + "\""));
        InvalidResponseException refused = catchThrowableOfType(
                InvalidResponseException.class,
                () -> client.tokens(account, OPENID).token());
        assertThat(stage.transport.lastRequest().body()).isNotEqualTo(before);
        return refused;
    }

    @Test
    void i9_aRefreshedIdTokenOfTheSameSignInIsAccepted() {
        assertThat(refresh(claims -> claims)).isNull();
    }

    @Test
    void i9_aRefreshedIdTokenWithoutAuthTimeAndWithTheSameNonceIsAccepted() {
        assertThat(refresh(with("auth_time", null))).isNull();
    }

    @ParameterizedTest
    @CsvSource({"iss,https://evil.example", "sub,mallory", "aud,other", "nonce,new"})
    void i9_aRefreshedIdTokenOfSomebodyElseIsRefused(String claim, String value) {
        assertThat(refresh(with(claim, value)).field()).isEqualTo(claim);
    }

    @Test
    void i9_aRefreshedIdTokenWithAnotherAuthTimeIsRefused() {
        assertThat(refresh(claims -> with("auth_time", now()).apply(claims)).field())
                .isEqualTo("auth_time");
    }

    @Test
    void i9_aRefreshedIdTokenThatHasExpiredIsRefused() {
        assertThat(refresh(claims -> with("exp", now() - 61).apply(claims)).field())
                .isEqualTo("exp");
    }

    @Test
    void i9_aRefreshedIdTokenForAnotherAccessTokenIsRefused() {
        assertThat(refresh(with("at_hash", "d3Jvbmc")).field()).isEqualTo("at_hash");
    }

    @Test
    void i7_hashesOfCodeAndStateAreCheckedWhereTheyAre() throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(Stage.CODE.getBytes(StandardCharsets.US_ASCII));
        String right = Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 16));

        assertThat(accepts(with("c_hash", right)).account().subject()).isEqualTo("alice");
    }

    @Test
    void i7_anIdTokenOfAnotherCodeOrStateIsRefused() {
        refuses("c_hash", with("c_hash", "d3Jvbmc"));
        refuses("c_hash", with("c_hash", List.of()));
        refuses("s_hash", with("s_hash", "d3Jvbmc"));
    }
}
