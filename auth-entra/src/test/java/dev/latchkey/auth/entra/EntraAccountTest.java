package dev.latchkey.auth.entra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.Remedy;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntraAccountTest {

    private static final String LOGIN = "https://login.microsoftonline.com/";
    private static final String OURS = "3aa4a235-b6e2-48d5-9195-7fcf05b459b0";
    private static final String THEIRS = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    private static final String ADA = "9f4880d8-80ba-4c40-97bc-f7a23c703084";
    private static final String BOB = "00000000-0000-0000-66f3-3332eca7ea81";

    @Test
    void namesTheHomeAccountByClientInfo() {
        Account account = account(Entra.tenant(OURS), info(ADA, OURS), signedIn(OURS, ADA));

        assertThat(account)
                .isEqualTo(Account.of(LOGIN + OURS + "/v2.0", ADA + "." + OURS).withTenant(OURS));
        assertThat(account.username()).hasValue("ada@contoso.com");
    }

    @Test
    void namesTheHomeAccountWithoutAnIdToken() {
        Account expected = Account.of(LOGIN + OURS + "/v2.0", ADA + "." + OURS).withTenant(OURS);

        assertThat(account(Entra.tenant(OURS), info(ADA, OURS), null)).isEqualTo(expected);
        assertThat(account(Entra.common(), info(ADA, OURS), null)).isEqualTo(expected);
    }

    @Test
    void namesOneAccountWhicheverAuthorityItSignedInAt() {
        Account byTenant = account(Entra.tenant(OURS), info(ADA, OURS), signedIn(OURS, ADA));

        assertThat(account(Entra.common(), info(ADA, OURS), signedIn(OURS, ADA)))
                .isEqualTo(byTenant);
        assertThat(account(Entra.organizations(), info(ADA, OURS), signedIn(OURS, ADA)))
                .isEqualTo(byTenant);
        AuthorizationServerMetadata byDomain =
                AuthorizationServerMetadata.builder(LOGIN + OURS + "/v2.0").build();
        assertThat(Entra.tenant("contoso.com").account(byDomain, response(info(ADA, OURS)), signedIn(OURS, ADA)))
                .hasValue(byTenant);
    }

    @Test
    void keepsAGuestsTokensApartFromThoseOfTheHomeTenant() {
        Account guest = account(Entra.tenant(THEIRS), info(ADA, OURS), signedIn(THEIRS, BOB));

        assertThat(guest)
                .isEqualTo(
                        Account.of(LOGIN + THEIRS + "/v2.0", ADA + "." + OURS).withTenant(OURS));
        assertThat(guest).isNotEqualTo(account(Entra.tenant(OURS), info(ADA, OURS), signedIn(OURS, ADA)));
    }

    @Test
    void namesIssuerAndSubjectWithoutClientInfo() {
        Optional<Account> account =
                Entra.tenant(OURS).account(server(Entra.tenant(OURS)), response(null), signedIn(OURS, ADA));

        assertThat(account)
                .hasValue(Account.of(LOGIN + OURS + "/v2.0", "pairwise").withTenant(OURS));
        assertThat(Entra.tenant(OURS).account(server(Entra.tenant(OURS)), response(null), null))
                .isEmpty();
    }

    @Test
    void readsGuidsInAnyCaseAndPaddedBase64() {
        String upper = "{\"uid\":\"" + ADA.toUpperCase(java.util.Locale.ROOT) + "\",\"utid\":\""
                + OURS.toUpperCase(java.util.Locale.ROOT) + "\"}";
        String padded = Base64.getUrlEncoder().encodeToString(upper.getBytes(StandardCharsets.UTF_8));

        assertThat(account(Entra.common(), padded, null).subject()).isEqualTo(ADA + "." + OURS);
    }

    @Test
    void passesOverMembersThatItDoesNotKnow() {
        String json = "{\"ver\":1.0,\"uid\":\"" + ADA + "\",\"more\":{\"utid\":\"" + THEIRS + "\",\"a\":[1,{}]},"
                + "\"utid\":\"" + OURS + "\",\"none\":null}";

        assertThat(account(Entra.common(), base64(json), null).subject()).isEqualTo(ADA + "." + OURS);
    }

    @Test
    void refusesClientInfoOfAnotherUserThanTheIdToken() {
        assertInvalid(Entra.tenant(OURS), info(BOB, OURS), signedIn(OURS, ADA), "names another user");
        assertInvalid(Entra.common(), info(BOB, OURS), signedIn(OURS, ADA), "names another user");
    }

    @Test
    void refusesClientInfoOfAnotherTenantThanTheIdTokenWhereEverybodySignsInAtHome() {
        assertInvalid(Entra.common(), info(ADA, THEIRS), signedIn(OURS, ADA), "names another tenant than tid");
    }

    @Test
    void comparesWithWhatTheIdTokenGivesAndNoMore() {
        IdTokenClaims bare = IdTokenClaims.of("RS256", Map.of("iss", LOGIN + OURS + "/v2.0", "sub", "pairwise"));

        assertThat(account(Entra.tenant(OURS), info(ADA, OURS), bare).subject()).isEqualTo(ADA + "." + OURS);
    }

    @Test
    void refusesATenantThatIsNotAllowedWithoutAnIdTokenToo() {
        assertInvalid(Entra.common().allowedTenants(OURS), info(ADA, THEIRS), null, "not allowed");
        assertInvalid(Entra.organizations(), info(BOB, "9188040d-6c67-4c5b-b112-36a304b66dad"), null, "not allowed");
    }

    @Test
    void refusesClientInfoThatIsNoText() {
        assertInvalid(Entra.tenant(OURS), 17L, null, "is not a text");
        assertInvalid(Entra.tenant(OURS), Map.of("uid", ADA, "utid", OURS), null, "is not a text");
    }

    @Test
    void refusesClientInfoThatIsNoBase64Url() {
        assertInvalid(Entra.tenant(OURS), "", null, "is not base64url of a JSON object");
        assertInvalid(Entra.tenant(OURS), "{\"uid\":\"x\"}", null, "is not base64url of a JSON object");
        assertInvalid(Entra.tenant(OURS), info(ADA, OURS) + "*", null, "is not base64url of a JSON object");
        assertInvalid(Entra.tenant(OURS), "_w", null, "is not base64url of a JSON object");
        assertInvalid(Entra.tenant(OURS), "e".repeat(9000), null, "is longer than");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"uid\":\"9f4880d8-80ba-4c40-97bc-f7a23c703084\"}",
                "{\"utid\":\"3aa4a235-b6e2-48d5-9195-7fcf05b459b0\"}",
                "{\"uid\":\"\",\"utid\":\"3aa4a235-b6e2-48d5-9195-7fcf05b459b0\"}",
                "{\"uid\":\"a.b\",\"utid\":\"3aa4a235-b6e2-48d5-9195-7fcf05b459b0\"}",
                "{\"uid\":7,\"utid\":\"3aa4a235-b6e2-48d5-9195-7fcf05b459b0\"}",
                "{\"uid\":\"9f4880d8-80ba-4c40-97bc-f7a23c703084\",\"utid\":\"contoso.com\"}",
                "{\"uid\":\"9f4880d8-80ba-4c40-97bc-f7a23c703084\",\"utid\":\"../x\"}",
            })
    void refusesClientInfoThatNamesNobody(String json) {
        assertInvalid(Entra.tenant(OURS), base64(json), null, "has no u");
    }

    private static void assertInvalid(Entra entra, Object clientInfo, IdTokenClaims claims, String problem) {
        assertThatThrownBy(() -> entra.account(server(entra), response(clientInfo), claims))
                .isInstanceOfSatisfying(InvalidResponseException.class, e -> {
                    assertThat(e.field()).isEqualTo("client_info");
                    assertThat(e.host()).isEqualTo("login.microsoftonline.com");
                    assertThat(e.remedy()).isEqualTo(Remedy.STOP);
                    assertThat(e).hasMessageContaining(problem).hasMessageNotContainingAny(ADA, BOB, OURS, THEIRS);
                });
    }

    private static Account account(Entra entra, Object clientInfo, IdTokenClaims claims) {
        return entra.account(server(entra), response(clientInfo), claims).orElseThrow();
    }

    private static AuthorizationServerMetadata server(Entra entra) {
        return entra.discovery().known().orElseThrow();
    }

    private static TokenResponse response(Object clientInfo) {
        Map<String, Object> members = new HashMap<>();
        members.put("client_info", clientInfo);
        AccessToken token = AccessToken.of("at", TokenType.BEARER, Instant.EPOCH, Scopes.NONE);
        return TokenResponse.of(token, null, null, members);
    }

    private static IdTokenClaims signedIn(String tid, String oid) {
        return IdTokenClaims.of(
                "RS256",
                Map.of(
                        "iss",
                        LOGIN + tid + "/v2.0",
                        "sub",
                        "pairwise",
                        "tid",
                        tid,
                        "oid",
                        oid,
                        "preferred_username",
                        "ada@contoso.com"));
    }

    private static String info(String uid, String utid) {
        return base64("{\"uid\":\"" + uid + "\",\"utid\":\"" + utid + "\"}");
    }

    private static String base64(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
