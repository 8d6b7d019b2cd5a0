package dev.latchkey.auth.dagger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.ClaimsOnlyIdTokens;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.entra.Entra;
import dev.latchkey.auth.entra.EntraCloud;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.grant.ExtensionGrant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.platform.IdentityPlatform;
import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.User;
import dev.latchkey.platform.exchange.ReceivedRequest;
import dev.latchkey.transport.apache.ApacheTransport;
import dev.latchkey.transport.jdk.JdkTransport;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client from the object graph and one from the builder send a real server the same, over each transport and store. */
class SameAsTheBuilderTest {

    private static final URI REDIRECT = URI.create("https://app.example/callback");
    private static final Scopes SCOPES = Scopes.of("openid", "profile", "offline_access", "User.Read");
    private static final Set<String> RANDOM =
            Set.of("state", "nonce", "code", "code_challenge", "code_verifier", "refresh_token");

    @ParameterizedTest
    @CsvSource({
        "jdk, in memory",
        "jdk, foreign",
        "apache, in memory",
        "apache, foreign",
        "foreign, in memory",
        "foreign, foreign",
    })
    void behavesLikeTheBuildersClient(String transport, String store) {
        List<String> built = withBuilder(transport, store);
        List<String> wired = withDagger(transport, store);

        assertThat(wired).isEqualTo(built);
        // What both did, so that the comparison is not one of nothing with nothing.
        assertThat(built)
                .filteredOn(line -> line.startsWith("POST /2f7f4c1e-5d0b-4d0e-9a55-6f6d3c1b8a10/oauth2/v2.0/token"))
                .hasSize(5);
        assertThat(built)
                .anyMatch(line -> line.startsWith("GET /contoso.example/v2.0/.well-known/openid-configuration"))
                .anyMatch(
                        line -> line.contains("grant_type=client_credentials") && line.contains("client_secret=s3cret"))
                .anyMatch(line -> line.contains("grant_type=authorization_code"))
                .anyMatch(line -> line.contains("grant_type=refresh_token"))
                .contains("failed: ConfigurationException unsupported_grant_type")
                .contains("account: ada@contoso.example")
                .filteredOn(line -> line.startsWith("store: "))
                .hasSize(store.equals("foreign") ? 1 : 0);
    }

    private static List<String> withBuilder(String transport, String store) {
        MutableClock clock = MutableClock.create();
        ForeignStore foreign = new ForeignStore(InMemoryTokenStore.create(clock));
        try (IdentityPlatform platform = platform(clock);
                HttpTransport made = transport(transport)) {
            OAuthClientBuilder builder = OAuthClient.builder(made)
                    .server(server(platform))
                    .client(ClientId.of("app"), ClientAuthentication.secretPost(ClientSecret.of("s3cret")))
                    .idTokens(ClaimsOnlyIdTokens.dangerouslyWithoutSignature())
                    .dangerouslyAllowHttp()
                    .clock(clock);
            if (store.equals("foreign")) {
                builder.store(foreign.store());
            }
            try (OAuthClient client = builder.build()) {
                return story(client, platform, clock, foreign);
            }
        }
    }

    private static List<String> withDagger(String transport, String store) {
        MutableClock clock = MutableClock.create();
        ForeignStore foreign = new ForeignStore(InMemoryTokenStore.create(clock));
        try (IdentityPlatform platform = platform(clock);
                LatchkeyComponent latchkey = LatchkeyComponent.builder()
                        .configuration(ClientConfiguration.of(
                                        server(platform),
                                        ClientId.of("app"),
                                        ClientAuthentication.secretPost(ClientSecret.of("s3cret")))
                                .with(builder -> builder.idTokens(ClaimsOnlyIdTokens.dangerouslyWithoutSignature())
                                        .dangerouslyAllowHttp()))
                        .transport(module(transport))
                        .store(store.equals("foreign") ? StoreModule.of(foreign.store()) : StoreModule.inMemory())
                        .clock(ClockModule.of(clock))
                        .build()) {
            return story(latchkey.client(), platform, clock, foreign);
        }
    }

    /** Everything a client does, and what was seen of it at the server and at the store. */
    private static List<String> story(
            OAuthClient client, IdentityPlatform platform, MutableClock clock, ForeignStore store) {
        List<String> seen = new ArrayList<>();
        TokenSource daemon = client.clientCredentials(Entra.graphDefault());
        daemon.token();
        daemon.token();

        PendingAuthorization pending = client.authorize(AuthorizationRequest.of(REDIRECT, SCOPES));
        URI callback = platform.browser().signIn(pending.uri(), "ada@contoso.example", "correct horse");
        SignIn signIn = client.complete(AuthorizationCallback.parse(callback), pending.browserBinding());
        seen.add("account: " + signIn.account().username().orElseThrow());
        TokenSource tokens = client.tokens(signIn.account(), SCOPES);
        tokens.token();
        clock.advance(Duration.ofHours(2));
        tokens.token();
        daemon.token();

        try {
            client.request(ExtensionGrant.of("urn:example:no-such-grant", Parameters.NONE));
        } catch (OAuthException e) {
            seen.add("failed: " + e.getClass().getSimpleName() + " "
                    + e.error().orElseThrow().code());
        }
        platform.requests().all().stream()
                .filter(request -> !request.path().startsWith("/signin"))
                .map(SameAsTheBuilderTest::described)
                .forEach(seen::add);
        if (!store.calls().isEmpty()) {
            seen.add("store: " + store.calls());
        }
        return seen;
    }

    /** A request without what is random in it, and without the port, which differs from one platform to the next. */
    private static String described(ReceivedRequest request) {
        String headers = request.headers().stream()
                .filter(header -> !header.getKey().equalsIgnoreCase("host"))
                .map(header -> header.getKey().toLowerCase(Locale.ROOT) + ": "
                        + (header.getKey().equalsIgnoreCase("content-length") ? "n" : header.getValue()))
                .sorted()
                .collect(Collectors.joining(", "));
        return request.method() + " " + request.path() + " {" + headers + "} " + described(request.query())
                + described(request.form());
    }

    private static String described(dev.latchkey.platform.exchange.Parameters parameters) {
        return parameters.toMap().entrySet().stream()
                .map(SameAsTheBuilderTest::described)
                .collect(Collectors.joining("&"));
    }

    private static String described(Map.Entry<String, String> parameter) {
        return parameter.getKey() + "=" + (RANDOM.contains(parameter.getKey()) ? "…" : parameter.getValue());
    }

    private static IdentityPlatform platform(MutableClock clock) {
        return IdentityPlatform.builder()
                .plainHttp()
                .clock(clock)
                .user(User.of("ada@contoso.example", "correct horse", "Ada Lovelace"))
                .client(Client.confidential("app", "s3cret")
                        .redirectUri(REDIRECT.toString())
                        .consentGiven())
                .start();
    }

    private static Entra server(IdentityPlatform platform) {
        UUID same = UUID.fromString("b2f2a6a0-4a4e-4f6e-9d43-6fb0c4ad9b65");
        return Entra.tenant("contoso.example")
                .cloud(EntraCloud.vouchedFor(platform.baseUri()))
                .clientRequestIds(() -> same);
    }

    private static HttpTransport transport(String name) {
        Supplier<HttpTransport> foreign = () -> new ForeignTransport(JdkTransport.create());
        return name.equals("jdk")
                ? JdkTransport.create()
                : name.equals("apache") ? ApacheTransport.create() : foreign.get();
    }

    private static TransportModule module(String name) {
        return name.equals("jdk")
                ? TransportModule.jdk()
                : name.equals("apache") ? TransportModule.apache() : TransportModule.of(transport(name));
    }

    /** A transport that none of our modules knows; it marks its requests. */
    private static final class ForeignTransport implements HttpTransport {

        private final HttpTransport inner;

        ForeignTransport(HttpTransport inner) {
            this.inner = inner;
        }

        @Override
        public TransportResponse send(TransportRequest request) throws TransportException {
            return inner.send(
                    request.toBuilder().header("User-Agent", "foreign").build());
        }
    }
}
