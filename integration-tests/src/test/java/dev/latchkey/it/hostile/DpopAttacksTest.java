package dev.latchkey.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.jose.Dpop;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.testkit.WireRequest;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.it.Transport;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Storms of nonces, and servers that would have a token without the proof of its key. */
@ParameterizedClass
@EnumSource(Transport.class)
final class DpopAttacksTest extends Victim {

    private static final String TOKEN = "{\"access_token\":\"bound\",\"token_type\":\"DPoP\",\"expires_in\":300}";
    private static final String DEMAND = "{\"error\":\"use_dpop_nonce\"}";

    private final AtomicInteger nonces = new AtomicInteger();
    private final OAuthClient client = builder().binding(Dpop.create()).build();
    private final TokenSource tokens = client.clientCredentials(Scopes.of("read"));

    DpopAttacksTest(Transport kind) {
        super(kind);
    }

    private void demands(String path, String status, String header, String value, String body) {
        server.does(
                path,
                connection -> connection.respond(
                        status,
                        "Content-Type: application/json\r\n" + header
                                + value.replace("#", String.valueOf(nonces.incrementAndGet())),
                        body));
    }

    private int get(HttpTransport api, URI uri) {
        try (TransportResponse response =
                api.send(TransportRequest.builder("GET", uri).build())) {
            return response.status();
        } catch (TransportException e) {
            throw new AssertionError("The resource is there", e);
        }
    }

    private HttpTransport api() {
        server.json("/token", "200 OK", TOKEN);
        return AuthorizedTransport.over(transport, tokens).to(server.uri(""));
    }

    @Test
    void d6_aStormOfNoncesAtTheTokenEndpointEndsAfterOneMoreRequest() {
        demands("/token", "400 Bad", "", "DPoP-Nonce: n#\r\n", DEMAND);
        OAuthException failure = failsWith(OAuthException.class, tokens::token);

        assertThat(failure.error().orElseThrow().code()).isEqualTo("use_dpop_nonce");
        assertThat(server.requestsTo("/token")).hasSize(2);
    }

    @Test
    void d6_theSameNonceDemandedAgainIsNoNewOne() {
        demands("/token", "400 Bad", "", "DPoP-Nonce: same\r\n", DEMAND);
        failsWith(OAuthException.class, tokens::token);
        assertThat(server.requestsTo("/token")).hasSize(2);
    }

    @Test
    void d7_severalAndIllFormedNoncesAreNone() {
        String[] bad = {
            "",
            "DPoP-Nonce: a\r\nDPoP-Nonce: b\r\n",
            "DPoP-Nonce: \r\n",
            "DPoP-Nonce: a b\r\n",
            "DPoP-Nonce: a\"b\r\n",
            "DPoP-Nonce: a\\b\r\n",
            "DPoP-Nonce: caf\u00e9\r\n",
            "DPoP-Nonce: " + "n".repeat(2_000) + "\r\n"
        };
        for (String header : bad) {
            demands("/token", "400 Bad", "", header, DEMAND);
            OAuthClient fresh = builder().binding(Dpop.create()).build();
            int before = server.requestsTo("/token").size();
            failsWith(
                    OAuthException.class,
                    () -> fresh.clientCredentials(Scopes.of("read")).token());
            assertThat(server.requestsTo("/token").size() - before).isEqualTo(1);
        }
    }

    @Test
    void d4_aBearerTokenForAProofIsRefused() {
        server.json("/token", "200 OK", TOKEN.replace("DPoP", "Bearer"));
        InvalidResponseException refused = failsWith(InvalidResponseException.class, tokens::token);
        assertThat(refused.field()).isEqualTo("token_type");
        assertThat(server.requestsTo("/token")).hasSize(1);
    }

    @Test
    void d1_aServerThatNamesNoStrongAlgorithmGetsNoProof() {
        server.json(
                "/.well-known/openid-configuration",
                "200 OK",
                server.metadata("").replace("[\"ES256\"]", "[\"none\",\"HS256\",\"RS1\"]"));
        ConfigurationException refused = failsWith(ConfigurationException.class, tokens::token);
        assertThat(refused).hasMessageContaining("dpop_signing_alg_values_supported");
        assertThat(server.requestsTo("/token")).isEmpty();
    }

    @Test
    void d6_aStormOfNoncesAtAResourceEndsAfterOneMoreRequest() {
        demands("/api", "401 No", "WWW-Authenticate: DPoP error=\"use_dpop_nonce\"\r\n", "DPoP-Nonce: n#\r\n", "");

        assertThat(get(api(), server.uri("/api"))).isEqualTo(401);
        assertThat(server.requestsTo("/api")).hasSize(2).allSatisfy(DpopAttacksTest::isProved);
    }

    @Test
    void d4_aResourceThatAsksForBearerGetsNone() {
        for (String challenge : new String[] {
            "Bearer", "Bearer error=\"invalid_token\"", "Bearer error=\"use_dpop_nonce\"", "Basic realm=\"x\", Bearer"
        }) {
            demands("/api", "401 No", "WWW-Authenticate: " + challenge + "\r\n", "DPoP-Nonce: n#\r\n", "");
            assertThat(get(api(), server.uri("/api"))).isEqualTo(401);
        }
        assertThat(server.requestsTo("/api")).isNotEmpty().allSatisfy(DpopAttacksTest::isProved);
        assertThat(server.requestsTo("/api")).hasSizeLessThanOrEqualTo(12);
    }

    @Test
    void d5_aNonceWithALineBreakThatAResourceSmugglesInNeverGoesBackOut() {
        // A bare CR is no end of a line, and must not become one.
        demands(
                "/api",
                "401 No",
                "WWW-Authenticate: DPoP error=\"use_dpop_nonce\"\r\n",
                "DPoP-Nonce: a\rX-Evil: 1\r\n",
                "");
        try {
            assertThat(get(api(), server.uri("/api"))).isEqualTo(401);
        } catch (AssertionError e) {
            assertThat(e).hasCauseInstanceOf(TransportException.class);
        }
        assertThat(server.requestsTo("/api"))
                .hasSizeLessThanOrEqualTo(2)
                .allSatisfy(request -> assertThat(request.header("x-evil")).isEmpty());
    }

    @Test
    void aTokenIsNotCarriedToAnotherOriginByARedirectOrALink() {
        HttpTransport api = api();
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            server.redirects("/api", status);
            assertThat(get(api, server.uri("/api"))).isEqualTo(status);
        }
        failsWith(ConfigurationException.class, () -> get(api, server.elsewhere("/api")));
        failsWith(
                ConfigurationException.class,
                () -> get(api, URI.create("http://localhost:" + server.uri("").getPort() + "/api")));
    }

    private static void isProved(WireRequest request) {
        assertThat(request.header("authorization")).isEqualTo(List.of("DPoP bound"));
        assertThat(request.header("dpop")).hasSize(1);
    }
}
