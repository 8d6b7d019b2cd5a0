package dev.latchkey.it.atproto.pds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.atproto.ClientKeys;
import dev.latchkey.auth.atproto.Permission;
import dev.latchkey.auth.atproto.Xrpc;
import dev.latchkey.auth.atproto.XrpcException;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.jose.SigningKey;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResult;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.it.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole flow at a personal data server of the reference implementation, whose pages a person sees in Chromium. It is at
 * {@code http://localhost}, as for development.
 */
class ReferencePdsIT {

    private static final String SESSION = "com.atproto.server.getSession";
    private static final String CREATE = "com.atproto.repo.createRecord";
    private static final String POST = "app.bsky.feed.post";
    private static final String DONE = "GET /xrpc/" + SESSION + " 200";

    private static final SigningKey FIRST = key("first");
    private static final SigningKey SECOND = key("second");

    private static PdsWorld world;
    private static Person alice;

    @BeforeAll
    static void start(@TempDir Path folder) {
        long begin = System.nanoTime();
        world = new PdsWorld(folder);
        alice = world.person("alice.test");
        System.out.printf(
                "Reference PDS %s: started in %d ms%n",
                world.pds.version(), Duration.ofNanos(System.nanoTime() - begin).toMillis());
    }

    @AfterAll
    static void stop() {
        if (world != null) {
            world.close();
        }
    }

    @AfterEach
    void endSessions() {
        world.pds.end(alice.did());
    }

    private static SigningKey key(String id) {
        try {
            return SigningKey.jwk(
                            new ECKeyGenerator(Curve.P_256).keyID(id).generate().toString())
                    .build();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Application development(Transport kind) {
        return Application.development(world, kind);
    }

    private static Application confidential(Transport kind, SigningKey current, SigningKey other) {
        return Application.confidential(world, kind, ClientKeys.of(current, other), Clock.systemUTC());
    }

    @ParameterizedTest
    @EnumSource
    void theDevelopmentClientSignsInCallsRefreshesAndSignsOut(Transport kind) throws IOException {
        try (Application app = development(kind)) {
            wholeFlow(app, "@Alice.test");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theConfidentialClientSignsInCallsRefreshesAndSignsOut(Transport kind) throws IOException {
        try (Application app = confidential(kind, FIRST, SECOND)) {
            wholeFlow(app, alice.did());
        }
    }

    private static void wholeFlow(Application app, String typed) throws IOException {
        Account account = app.signIn(typed, alice);
        assertThat(account.subject()).isEqualTo(alice.did());
        assertThat(account.issuer()).isEqualTo(world.pds.server().toString());
        assertThat(app.wire.lines())
                .containsExactly(
                        "GET /" + alice.did() + " 200",
                        "GET /.well-known/oauth-protected-resource 200",
                        "GET /.well-known/oauth-authorization-server 200",
                        "POST /oauth/par 400",
                        "POST /oauth/par 201",
                        "POST /oauth/token 200",
                        "GET /" + alice.did() + " 200",
                        "GET /.well-known/oauth-protected-resource 200",
                        "GET /.well-known/oauth-authorization-server 200");
        assertThat(world.pds.sessions(alice.did()))
                .containsExactly(app.client.metadata().clientId());

        app.wire.clear();
        Xrpc calls = app.client.calls(account);
        assertThat(calls.query(SESSION, Parameters.NONE).json())
                .containsEntry("did", alice.did())
                .containsEntry("handle", alice.handle());
        Object uri = calls.procedure(CREATE, record(POST, "hello")).json().get("uri");
        Parameters posts = Parameters.of("repo", alice.did()).with("collection", POST);
        assertThat(calls.query("com.atproto.repo.listRecords", posts).json().get("records"))
                .asString()
                .contains(String.valueOf(uri));
        assertThat(app.wire.lines())
                .containsExactly(
                        DONE,
                        "POST /xrpc/com.atproto.repo.createRecord 200",
                        "GET /xrpc/com.atproto.repo.listRecords 200");
        assertThat(app.wire.to("/xrpc/" + SESSION))
                .allSatisfy(each -> assertThat(each.request().first("Authorization"))
                        .hasValueSatisfying(value -> assertThat(value).startsWith("DPoP ")));

        TokenResult first = app.client.tokens(account).get(TokenOptions.NONE);
        TokenResult second = app.client.tokens(account).get(TokenOptions.NONE.forceRefresh());
        assertThat(second.token()).isNotEqualTo(first.token());
        assertThat(calls.query(SESSION, Parameters.NONE).status()).isEqualTo(200);
        refused(app, first);

        assertThat(app.client.signOut(account).revocation()).isEqualTo(Revocation.DONE);

        assertThat(world.pds.sessions(alice.did())).as("at the server").isEmpty();
        assertThat(app.client.accounts()).isEmpty();
        refused(app, second);
    }

    /** The server itself does not take the token any more, although a proof of its key comes with it. */
    private static void refused(Application app, TokenResult token) {
        Xrpc calls = Xrpc.over(
                AuthorizedTransport.over(app.wire, new Held(token))
                        .dangerouslyAndLoopbackHttp(world.pds.server())
                        .build(),
                world.pds.server());
        XrpcException refusal = catchThrowableOfType(XrpcException.class, () -> calls.query(SESSION, Parameters.NONE));
        assertThat(refusal).isNotNull();
        assertThat(refusal.status()).isEqualTo(401);
    }

    private static final class Held implements TokenSource {
        private final TokenResult token;

        Held(TokenResult token) {
            this.token = token;
        }

        @Override
        public AccessToken token() {
            return token.token();
        }

        @Override
        public TokenResult get(TokenOptions options) {
            return token;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerIsEnoughToBeginWith(Transport kind) {
        try (Application app = development(kind)) {
            SignIn signIn = app.signIn(world.pds.server().toString(), page -> {
                alice.signInByName(world.browser, page);
                alice.authorize(world.browser);
            });

            assertThat(signIn.account().subject()).isEqualTo(alice.did());
        }
    }

    @Test
    void whoIsTurnedAwayIsToldSo() {
        try (Application app = development(Transport.JDK)) {
            AccessDeniedException refusal = catchThrowableOfType(
                    AccessDeniedException.class,
                    () -> app.signIn(alice.handle(), page -> {
                        alice.signIn(world.browser, page);
                        alice.deny(world.browser);
                    }));

            assertThat(refusal).isNotNull();
            assertThat(refusal.error().map(ServerError::code)).contains("access_denied");
            assertThat(app.client.accounts()).isEmpty();
        }
    }

    /** The page has the name that comes with the request, but nothing makes a server keep to it; the reference client does not look. */
    @Test
    void anotherAccountThanTheOneThatWasNamedIsRefusedAndItsTokensAreRevoked() {
        Person mallory = world.person("mallory.test");
        try (Application app = development(Transport.APACHE)) {
            app.wire.withholdHints();
            OAuthException refusal = catchThrowableOfType(
                    OAuthException.class,
                    () -> app.signIn(alice.handle(), page -> {
                        mallory.signInByName(world.browser, page);
                        mallory.authorize(world.browser);
                    }));

            assertThat(refusal).isNotNull();
            assertThat(app.wire.lines()).contains("POST /oauth/token 200").endsWith("POST /oauth/revoke 200");
            assertThat(world.pds.sessions(mallory.did())).as("at the server").isEmpty();
            assertThat(app.client.accounts()).isEmpty();
        }
    }

    @Test
    void aSessionThatTheServerEndedAsksForASignIn() {
        Person bob = world.person("bob.test");
        try (Application app = development(Transport.JDK)) {
            Account account = app.signIn(bob.handle(), bob);
            assertThat(world.pds.end(bob.did())).hasSize(1);

            for (int call = 0; call < 2; call++) {
                assertThat(catchThrowableOfType(
                                OAuthException.class,
                                () -> app.client.calls(account).query(SESSION, Parameters.NONE)))
                        .isInstanceOf(SignInRequiredException.class);
            }

            assertThat(app.client.accounts()).isEmpty();
            assertThat(app.wire.to("/oauth/token")).hasSize(2);
        }
    }

    @Test
    void whatWasNotGrantedIsRefusedByTheServer() throws IOException {
        Scopes scopes =
                Permission.scopes(Permission.repo(POST, "create"), Permission.blob("image/png", "image/svg+xml"));
        try (Application app = Application.development(world, Transport.APACHE, scopes, Clock.systemUTC())) {
            Account account = app.signIn(alice.handle(), alice);
            Xrpc calls = app.client.calls(account);

            assertThat(calls.procedure(CREATE, record(POST, "granted")).status())
                    .isEqualTo(200);
            assertThat(upload(calls, "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>"))
                    .isEqualTo(200);
            XrpcException refusal = catchThrowableOfType(
                    XrpcException.class, () -> calls.procedure(CREATE, record("app.bsky.feed.like", "not granted")));
            assertThat(refusal.status()).isEqualTo(403);
            assertThat(refusal.error()).contains("ScopeMissingError");
            assertThat(catchThrowableOfType(XrpcException.class, () -> upload(calls, "text/plain", "not granted"))
                            .status())
                    .isEqualTo(403);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherProcessGoesOnWithTheSession(Transport kind) throws IOException {
        try (Application app = confidential(kind, FIRST, SECOND)) {
            Account account = app.signIn(alice.handle(), alice);
            try (Application other = app.elsewhere(kind)) {
                assertThat(other.client.accounts()).containsExactly(account);
                assertThat(other.client
                                .calls(account)
                                .query(SESSION, Parameters.NONE)
                                .status())
                        .isEqualTo(200);
                // Where the account is came with the session, a nonce too, and the token is still good.
                assertThat(other.wire.lines()).containsExactly(DONE);
                other.client.tokens(account).get(TokenOptions.NONE.forceRefresh());
            }
            assertThat(app.client.calls(account).query(SESSION, Parameters.NONE).status())
                    .isEqualTo(200);
            try (Application third = app.elsewhere(kind)) {
                assertThat(third.client.signOut(account).revocation()).isEqualTo(Revocation.DONE);
                // The nonce came with the session as well.
                assertThat(third.wire.lines())
                        .containsExactly("GET /.well-known/oauth-authorization-server 200", "POST /oauth/revoke 200");
            }
            assertThat(world.pds.sessions(alice.did())).isEmpty();
        }
    }

    /** Two refreshes at once would end the session: the server takes the second for a replay. */
    @ParameterizedTest
    @EnumSource
    void aSessionOutlivesManyWhoRefreshAtOnce(Transport kind) throws Exception {
        try (Application one = confidential(kind, FIRST, SECOND)) {
            Account account = one.signIn(alice.handle(), alice);
            ExecutorService threads = Executors.newFixedThreadPool(16);
            try (Application other = one.elsewhere(kind)) {
                CountDownLatch start = new CountDownLatch(1);
                List<Future<AccessToken>> tokens = new ArrayList<>();
                for (int i = 0; i < 16; i++) {
                    TokenSource source = (i % 2 == 0 ? one : other).client.tokens(account);
                    tokens.add(threads.submit(() -> {
                        start.await();
                        return source.get(TokenOptions.NONE.forceRefresh()).token();
                    }));
                }
                start.countDown();
                for (Future<AccessToken> each : tokens) {
                    assertThat(each.get(30, TimeUnit.SECONDS)).isNotNull();
                }
            } finally {
                threads.shutdownNow();
            }
            one.client.tokens(account).get(TokenOptions.NONE.forceRefresh());
            assertThat(one.client.calls(account).query(SESSION, Parameters.NONE).status())
                    .isEqualTo(200);
            assertThat(world.pds.sessions(alice.did())).hasSize(1);
        }
    }

    @Test
    void aKeyIsGoodWhenItWasPublishedBefore() {
        try (Application app = confidential(Transport.JDK, SECOND, FIRST)) {
            assertThat(app.signIn(alice.handle(), alice).subject()).isEqualTo(alice.did());
        }
        // The server remembers the document for ten minutes, and the third key is not in it.
        try (Application app = confidential(Transport.JDK, key("third"), FIRST)) {
            ConfigurationException refusal =
                    catchThrowableOfType(ConfigurationException.class, () -> app.client.authorize(alice.handle()));

            assertThat(refusal).isNotNull();
            assertThat(refusal.error().map(ServerError::code)).contains("invalid_client");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-300, -90, -20, 4, 60, 7200})
    void aClockMayBeWrong(int seconds) {
        Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(seconds));
        try (Application app = Application.confidential(world, Transport.JDK, ClientKeys.of(FIRST, SECOND), clock)) {
            Account account = app.signIn(alice.handle(), alice);
            app.client.tokens(account).get(TokenOptions.NONE.forceRefresh());
            assertThat(app.client.signOut(account).revocation()).isEqualTo(Revocation.DONE);
            assertThat(world.pds.sessions(alice.did())).isEmpty();
        }
    }

    private static int upload(Xrpc calls, String type, String blob) throws IOException {
        return calls.procedure("com.atproto.repo.uploadBlob", type, blob.getBytes(StandardCharsets.UTF_8))
                .status();
    }

    private static Map<String, Object> record(String collection, String text) {
        return Map.of(
                "repo",
                alice.did(),
                "collection",
                collection,
                "record",
                Map.of("$type", collection, "text", text, "createdAt", "2026-01-01T00:00:00Z"));
    }
}
