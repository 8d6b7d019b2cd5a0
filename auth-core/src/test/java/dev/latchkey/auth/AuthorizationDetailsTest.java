package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.ISSUER;
import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.REDIRECT;
import static dev.latchkey.auth.Stage.granted;
import static dev.latchkey.auth.Stage.query;
import static dev.latchkey.auth.Stage.refreshable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.token.AuthorizationDetail;
import dev.latchkey.auth.token.TokenResponse;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rich authorization requests (RFC 9396). */
@Timeout(20)
class AuthorizationDetailsTest {

    private static final AuthorizationDetail PAYMENT = AuthorizationDetail.builder("payment_initiation")
            .locations("https://bank.example.com/payments")
            .actions("initiate", "cancel")
            .datatypes("transfer")
            .identifier("acc-1")
            .privileges("owner")
            .member("instructedAmount", Map.of("amount", "123.50"))
            .build();
    private static final String PAYMENT_JSON = "[{\"type\":\"payment_initiation\","
            + "\"locations\":[\"https://bank.example.com/payments\"],\"actions\":[\"initiate\",\"cancel\"],"
            + "\"datatypes\":[\"transfer\"],\"identifier\":\"acc-1\",\"privileges\":[\"owner\"],"
            + "\"instructedAmount\":{\"amount\":\"123.50\"}}]";
    private static final RequestOptions OPTIONS = RequestOptions.NONE.authorizationDetail(PAYMENT);

    private final Stage stage = new Stage();

    private static AuthorizationRequest request(RequestOptions options) {
        return AuthorizationRequest.builder(REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .options(options)
                .build();
    }

    @Test
    void theAuthorizationRequestCarriesThemAsOneJsonArray() {
        PendingAuthorization pending = stage.client().authorize(request(OPTIONS));
        assertThat(query(pending.uri())).containsEntry("authorization_details", PAYMENT_JSON);
        assertThat(pending.uri().getRawQuery())
                .contains("&authorization_details=%5B%7B%22type%22%3A%22payment_initiation%22%2C");
    }

    @Test
    void clientCredentialsDevicesAndRefreshesCarryThemToo() {
        stage.answers(granted(""));
        stage.client().request(ClientCredentialsGrant.of(READ), OPTIONS);
        assertThat(stage.transport.lastRequest().form()).containsEntry("authorization_details", PAYMENT_JSON);

        stage.answers("{\"device_code\":\"d\",\"user_code\":\"u\",\"verification_uri\":\"https://as.example.com/d\","
                + "\"expires_in\":60}");
        stage.client().authorizeDevice(READ, OPTIONS);
        assertThat(stage.transport.lastRequest().form()).containsEntry("authorization_details", PAYMENT_JSON);

        OAuthClient client = stage.client();
        PendingAuthorization pending = client.authorize(request(OPTIONS));
        stage.answers(refreshable());
        Account alice = client.complete(Stage.callback(pending.uri()), pending.browserBinding())
                .account();
        assertThat(stage.transport.lastRequest().form()).doesNotContainKey("authorization_details");
        stage.clock.advance(Duration.ofHours(2));
        stage.answers(granted(""));
        client.tokens(alice, READ, OPTIONS).token();
        assertThat(stage.transport.lastRequest().form())
                .containsEntry("grant_type", "refresh_token")
                .containsEntry("authorization_details", PAYMENT_JSON);
    }

    @Test
    void tokensForDifferentDetailsAreNotGivenForEachOther() {
        OAuthClient client = stage.client();
        stage.answers(granted("")).answers(granted("").replace("at-", "other-"));
        assertThat(client.clientCredentials(READ, OPTIONS).token().reveal()).startsWith("at-");
        AuthorizationDetail other =
                AuthorizationDetail.builder("payment_initiation").build();
        assertThat(client.clientCredentials(READ, RequestOptions.NONE.authorizationDetail(other))
                        .token()
                        .reveal())
                .startsWith("other-");
        assertThat(client.clientCredentials(READ, OPTIONS).token().reveal()).startsWith("at-");
        assertThat(stage.tokenRequests()).hasSize(2);
    }

    @Test
    void whatWasGrantedIsSeenAndTyped() {
        PendingAuthorization pending = stage.client().authorize(request(OPTIONS));
        stage.answers(granted(",\"authorization_details\":[{\"type\":\"payment_initiation\",\"actions\":[\"initiate\"],"
                + "\"limit\":5,\"note\":null}]"));
        SignIn signIn = stage.client().complete(Stage.callback(pending.uri()), pending.browserBinding());
        List<AuthorizationDetail> details = signIn.response().authorizationDetails();
        assertThat(details)
                .containsExactly(AuthorizationDetail.builder("payment_initiation")
                        .actions("initiate")
                        .member("limit", 5)
                        .build());
        assertThat(details.get(0).member("limit")).hasValue(5L);
        assertThat(details.get(0).locations()).isEmpty();
        assertThat(details.get(0).identifier()).isEmpty();
        stage.answers(granted(""));
        TokenResponse without = stage.client().request(ClientCredentialsGrant.of(READ));
        assertThat(without.authorizationDetails()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | array",
                "\"a\" | array",
                "[1] | objects",
                "[{}] | type",
                "[{\"type\":\"\"}] | type",
                "[{\"type\":7}] | type",
                "[{\"type\":\"a\",\"actions\":\"b\"}] | actions",
                "[{\"type\":\"a\",\"locations\":[1]}] | locations",
                "[{\"type\":\"a\",\"identifier\":[]}] | identifier",
            })
    void detailsThatAreNoneMakeAResponseUseless(String json, String named) {
        stage.answers(granted(",\"authorization_details\":" + json));
        InvalidResponseException refused = catchThrowableOfType(
                InvalidResponseException.class, () -> stage.client().request(ClientCredentialsGrant.of(READ), OPTIONS));
        assertThat(refused.field()).isEqualTo("authorization_details");
        assertThat(refused).hasMessageContaining(named);
    }

    @Test
    void aTypeThatTheServerDoesNotSupportIsRefusedHere() {
        AuthorizationServerMetadata server = Stage.metadata()
                .member("authorization_details_types_supported", List.of("account_information"))
                .build();
        OAuthClient client = stage.builder(server).build();
        for (Runnable each : List.<Runnable>of(
                () -> client.authorize(request(OPTIONS)),
                () -> client.request(ClientCredentialsGrant.of(READ), OPTIONS),
                () -> client.clientCredentials(READ, OPTIONS).token(),
                () -> client.authorizeDevice(READ, OPTIONS))) {
            ConfigurationException refused = catchThrowableOfType(ConfigurationException.class, each::run);
            assertThat(refused.field()).isEqualTo("authorization_details");
            assertThat(refused)
                    .hasMessageContaining("payment_initiation")
                    .hasMessageContaining("account_information")
                    .hasMessageContaining(ISSUER);
        }
        assertThat(stage.transport.requests()).isEmpty();
        assertThat(stage.records()).isZero();

        AuthorizationDetail known =
                AuthorizationDetail.builder("account_information").build();
        client.authorize(request(RequestOptions.NONE.authorizationDetail(known)));
    }

    @Test
    void theParameterIsSetInItsTypedFormAlone() {
        assertThatThrownBy(() -> RequestOptions.NONE.parameter("authorization_details", "[]"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(OPTIONS.authorizationDetail(PAYMENT).parameters().first("authorization_details"))
                .hasValue(PAYMENT_JSON.replaceFirst("]$", "") + "," + PAYMENT_JSON.substring(1));
        assertThatThrownBy(() -> AuthorizationDetail.builder("a").member("type", "b"))
                .isInstanceOf(IllegalArgumentException.class);
        RequestOptions more =
                OPTIONS.parameter("x", "1").header("X-Y", "2").resource(URI.create("https://api.example.com"));
        assertThat(more.authorizationDetails()).containsExactly(PAYMENT);
    }

    @Test
    void everyTextIsWrittenSoThatAnyJsonReaderReadsItBack() {
        StringBuilder odd = new StringBuilder();
        for (char c = 0; c < 0x250; c++) {
            odd.append(c);
        }
        odd.append("\u2028\u2029\uFFFF\uD83D\uDE00\"\\/");
        AuthorizationDetail detail = AuthorizationDetail.builder("t")
                .member(odd.toString(), odd.toString())
                .member("numbers", List.of(1, 2L, -0.5, 1e300, true, new BigDecimal("0.10")))
                .build();
        String json = AuthorizationDetail.json(List.of(detail));
        var read = new Gson().fromJson(json, JsonArray.class).get(0).getAsJsonObject();
        assertThat(read.get(odd.toString()).getAsString()).isEqualTo(odd.toString());
        assertThat(read.get("numbers")).hasToString("[1,2,-0.5,1.0E300,true,0.10]");
        assertThat(json.chars().allMatch(c -> c >= ' ')).isTrue();
        // Half a character has no UTF-8, and must not become another one on the way.
        String half = AuthorizationDetail.json(
                List.of(AuthorizationDetail.builder("t").identifier("a\uD83D").build()));
        assertThat(half).contains("a\\ud83d");
    }

    @Test
    void whatJsonHasNoFormForIsRefusedAndWhatIsMadeDoesNotChange() {
        for (Object value : Arrays.asList(new Object(), Double.NaN, Map.of(1, "a"), 'c')) {
            assertThatThrownBy(() ->
                            AuthorizationDetail.builder("t").member("m", value).build())
                    .isInstanceOf(IllegalArgumentException.class);
        }
        List<Object> deep = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            deep = new ArrayList<>(Collections.singletonList(deep));
        }
        List<Object> tooDeep = deep;
        assertThatThrownBy(() ->
                        AuthorizationDetail.builder("t").member("m", tooDeep).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32");
        Map<String, Object> inner = new HashMap<>(Map.of("a", "b"));
        AuthorizationDetail detail =
                AuthorizationDetail.builder("t").member("m", inner).build();
        inner.put("a", "changed");
        assertThat(detail.member("m")).hasValue(Map.of("a", "b"));
        assertThatThrownBy(() -> detail.asMap().put("x", "y")).isInstanceOf(UnsupportedOperationException.class);
        assertThat(detail).hasToString("AuthorizationDetail[t]");
    }
}
