package dev.latchkey.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.jose.Dpop;
import dev.latchkey.auth.jose.JwtAuthentication;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.WireRequest;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.it.Transport;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that refuse what is signed and say any time at all by their {@code Date}: what is learnt is bounded, and their own affair. */
@ParameterizedClass
@EnumSource(Transport.class)
final class ClockLiesTest extends Victim {

    private static final String TOKEN = "{\"access_token\":\"bound\",\"token_type\":\"DPoP\",\"expires_in\":300}";
    private static final Pattern IAT = Pattern.compile("\"iat\":([0-9]+)");
    private static final long NOW = MutableClock.START.getEpochSecond();
    private static final int LIES = 400;

    private final MutableClock clock = MutableClock.create();
    // One for every server, as an application has it.
    private final Dpop dpop = Dpop.create().clock(clock);
    private final JwtAuthentication authentication = JwtAuthentication.secret(
                    ClientSecret.of("a secret of thirty-two characters"))
            .clock(clock);
    private final OAuthClient client = signing(builder());
    private final TokenSource tokens = client.clientCredentials(Scopes.of("read"));
    private final TokenOptions fresh = TokenOptions.NONE.forceRefresh();

    private final Transport kind;

    ClockLiesTest(Transport kind) {
        super(kind);
        this.kind = kind;
    }

    private OAuthClient signing(OAuthClientBuilder builder) {
        return builder.client(CLIENT, authentication).binding(dpop).clock(clock).build();
    }

    private static String date(long seconds) {
        return "Date: "
                + DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        MutableClock.START.plusSeconds(seconds).atZone(ZoneOffset.UTC))
                + "\r\n";
    }

    private void refuses(String path, String error, String headers) {
        server.answers(
                path,
                "401 No",
                headers + "WWW-Authenticate: DPoP error=\"" + error + "\"\r\nContent-Type: application/json\r\n",
                "{\"error\":\"" + error + "\"}");
    }

    /** Takes nothing but what goes by its lie, which is remembered then. */
    private static void believes(HostileServer liar, String path, String body) {
        liar.does(path, connection -> {
            boolean believed = proof(connection.request()) == 3600;
            connection.respond(
                    believed ? "200 OK" : "401 No",
                    date(3600)
                            + "WWW-Authenticate: DPoP error=\"invalid_dpop_proof\"\r\nContent-Type: application/json\r\n",
                    believed ? body : "{\"error\":\"invalid_dpop_proof\"}");
        });
    }

    private static long ahead(String jwt) {
        Matcher iat =
                IAT.matcher(new String(Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[1]), StandardCharsets.UTF_8));
        assertThat(iat.find()).isTrue();
        return Long.parseLong(iat.group(1)) - NOW;
    }

    private static long proof(WireRequest request) {
        return ahead(request.header("DPoP").get(0));
    }

    private static long assertion(WireRequest request) {
        for (String pair : request.text().split("[&\n]", -1)) {
            if (pair.startsWith("client_assertion=")) {
                return ahead(pair.substring("client_assertion=".length()));
            }
        }
        throw new AssertionError("There is no assertion");
    }

    private List<WireRequest> askedFor(Runnable call, String path) {
        int before = server.requestsTo(path).size();
        call.run();
        List<WireRequest> all = server.requestsTo(path);
        return all.subList(before, all.size());
    }

    private List<WireRequest> refused() {
        return askedFor(() -> failsWith(OAuthException.class, () -> tokens.get(fresh)), "/token");
    }

    @Test
    void d12_timesThatAreFarOffOrNoneChangeNothing() {
        String[] lies = {
            date(-50L * 365 * 24 * 3600),
            date(5_000L * 365 * 24 * 3600),
            date(13 * 3600),
            "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n",
            "Date: Thu, 01 Jan 9999 99:99:99 GMT\r\n",
            "Date: \r\n",
            "Date: 1795262400\r\n",
            "Date: 2026-11-21T12:01:00Z\r\n",
            "Date: Sat, 21 Nov 2026 12:01:00 +99:99\r\n",
            "Date: " + "Sat, ".repeat(1_000) + "\r\n",
            "Date: caf\u00e9\r\n",
            date(60) + date(60),
            date(60) + date(120),
            date(60) + "Age: 60\r\n"
        };
        for (String error : new String[] {"invalid_client", "invalid_dpop_proof"}) {
            for (String lie : lies) {
                refuses("/token", error, lie);
                List<WireRequest> asked = refused();
                assertThat(asked).as(lie).hasSize(1);
                assertThat(proof(asked.get(0))).isZero();
                assertThat(assertion(asked.get(0))).isZero();
            }
        }
    }

    @Test
    void d12_hundredsOfTimesAreTwoRequestsEachAndNoOtherServerHearsOfThem() {
        try (HostileServer honest = new HostileServer();
                HttpTransport other = kind.trusting(honest.trust().sslContext())) {
            honest.json("/token", "200 OK", TOKEN);
            OAuthClient elsewhere =
                    signing(OAuthClient.builder(other).server(AuthorizationServer.openId(honest.issuer())));
            int longest = 0;
            for (int i = 1; i <= LIES; i++) {
                refuses("/token", i % 2 == 0 ? "invalid_client" : "invalid_dpop_proof", date(i * 108L));
                int asked = refused().size();
                longest = Math.max(longest, asked);
            }
            assertThat(longest).as("requests for one call").isEqualTo(2);
            believes(server, "/token", TOKEN);
            assertThat(askedFor(() -> tokens.get(fresh), "/token")).hasSize(2);
            elsewhere.clientCredentials(Scopes.of("read")).token();

            assertThat(honest.requestsTo("/token")).singleElement().satisfies(request -> {
                assertThat(proof(request)).isZero();
                assertThat(assertion(request)).isZero();
            });
            assertThat(server.requestsTo("/token")).allSatisfy(request -> {
                assertThat(proof(request)).isBetween(0L, 12L * 3600);
                assertThat(assertion(request)).isBetween(0L, 12L * 3600);
            });
            elsewhere.close();
        }
    }

    @Test
    void d12_aServerThatStopsLyingIsServedAgain() {
        refuses("/token", "invalid_client", date(3600));
        refused();
        refuses("/token", "invalid_dpop_proof", date(-3600));
        refused();
        server.does("/token", connection -> {
            boolean right = proof(connection.request()) == 0 && assertion(connection.request()) == 0;
            connection.respond(
                    right ? "200 OK" : "401 No",
                    date(0) + "Content-Type: application/json\r\n",
                    right ? TOKEN : "{\"error\":\"invalid_client\"}");
        });

        assertThat(tokens.get(fresh).token().reveal()).isEqualTo("bound");
    }

    @Test
    void d12_revocationsThatSucceedAtAnyTimeAreSentTwiceAtMostAndTeachNothing() {
        for (int i = 1; i <= 20; i++) {
            server.answers("/revoke", "200 OK", date(i * 1_000L), "");
            List<WireRequest> asked = askedFor(
                    () -> assertThat(client.revoke(RefreshToken.of("r"))).isSameAs(Revocation.DONE), "/revoke");
            assertThat(asked).hasSize(2);
            assertThat(assertion(asked.get(0))).isZero();
            assertThat(assertion(asked.get(1))).isEqualTo(i * 1_000L);
        }
    }

    @Test
    void d12_aResourceThatLiesIsAskedTwiceAndTheTokenEndpointHearsNothing() {
        // At another origin than the authorization server's.
        try (HostileServer resource = new HostileServer();
                HttpTransport other = kind.trusting(resource.trust().sslContext())) {
            server.json("/token", "200 OK", TOKEN);
            HttpTransport api = AuthorizedTransport.over(other, tokens).to(resource.uri(""));
            for (int i = 1; i <= 20; i++) {
                String lie = date(i * 1_000L);
                resource.answers("/api", "401 No", lie + "WWW-Authenticate: DPoP error=\"invalid_dpop_proof\"\r\n", "");
                int before = resource.requestsTo("/api").size();
                assertThat(status(api, resource.uri("/api"))).isEqualTo(401);
                assertThat(resource.requestsTo("/api").size() - before).isBetween(1, 2);
            }
            believes(resource, "/api", "");
            assertThat(status(api, resource.uri("/api"))).isEqualTo(200);
            List<WireRequest> asked = askedFor(() -> tokens.get(fresh), "/token");

            assertThat(asked)
                    .singleElement()
                    .satisfies(request -> assertThat(proof(request)).isZero());
        }
    }

    private static int status(HttpTransport api, URI uri) {
        try (TransportResponse response =
                api.send(TransportRequest.builder("GET", uri).build())) {
            return response.status();
        } catch (TransportException e) {
            throw new AssertionError("The resource is there", e);
        }
    }
}
