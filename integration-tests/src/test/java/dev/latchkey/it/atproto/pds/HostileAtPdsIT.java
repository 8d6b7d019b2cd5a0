package dev.latchkey.it.atproto.pds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.it.Transport;
import dev.latchkey.it.nodes.StoreKind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference server behind a proxy that changes its answers, and with a thief about. */
@WithPds
class HostileAtPdsIT {

    private static final String PAGE = "a page";
    private static final String SESSION = "com.atproto.server.getSession";
    private static final String RESOURCE = "/.well-known/oauth-protected-resource";
    private static final String TOKEN = "/oauth/token";
    private static final String NOBODY = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";
    private static final Map<String, ?> NARROW = Map.of("set", Map.of("scope", "transition:generic"));

    private final PdsWorld world;
    private final Person person;

    HostileAtPdsIT(PdsWorld world) {
        this.world = world;
        this.person = world.someone();
    }

    @AfterEach
    void fair() {
        world.pds.fair();
        world.pds.end(person.did());
    }

    private Application application(Transport kind) {
        return Application.confidential(world, kind, InMemoryTokenStore.create());
    }

    private static Map<String, Function<PdsWorld, Map<String, ?>>> changes() {
        Map<String, Function<PdsWorld, Map<String, ?>>> changes = new LinkedHashMap<>();
        changes.put("two servers", world -> servers(world.pds.server(), world.pds.other()));
        changes.put("no server", world -> servers());
        changes.put("another server", world -> servers(world.pds.other()));
        changes.put("another resource", world -> Map.of("set", Map.of("resource", "https://mallory.example.com")));
        changes.put("no resource", world -> Map.of("remove", List.of("resource")));
        changes.put("a redirect", world -> Map.of("status", 302, "headers", Map.of("Location", RESOURCE + "?again")));
        changes.put("201", world -> Map.of("status", 201));
        changes.put(PAGE, world -> Map.of("headers", Map.of("Content-Type", "text/html")));
        return changes;
    }

    private static Map<String, ?> servers(URI... servers) {
        return Map.of(
                "set",
                Map.of(
                        "authorization_servers",
                        Stream.of(servers).map(URI::toString).collect(Collectors.toList())));
    }

    static Stream<Arguments> documents() {
        return changes().entrySet().stream()
                .flatMap(each ->
                        Stream.of(Transport.values()).map(kind -> Arguments.of(each.getKey(), kind, each.getValue())));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("documents")
    void aServerWhoseDocumentIsNotAsItMustBeIsAskedForNothing(
            String what, Transport kind, Function<PdsWorld, Map<String, ?>> change) {
        try (Application app = application(kind)) {
            world.pds.forge(RESOURCE, change.apply(world));

            assertThat(catchThrowableOfType(OAuthException.class, () -> app.client.authorize(person.handle())))
                    .isNotNull();
            // A host that answers with a page has no document, and may be an authorization server and nothing else.
            if (!what.equals(PAGE)) {
                String server = world.pds.server().toString();
                assertThat(catchThrowableOfType(OAuthException.class, () -> app.client.authorize(server)))
                        .as("by its address")
                        .isNotNull();
            }

            assertThat(app.wire.to("/oauth/par")).isEmpty();
            world.pds.fair();
            app.client.authorize(person.handle());
            assertThat(app.wire.to("/oauth/par")).as("and fair again").isNotEmpty();
        }
    }

    /** The document sends the refresh token to another server, which is a real one. */
    @Test
    void aRefreshTokenGoesToNobodyElse() throws IOException {
        try (Application app = application(Transport.JDK)) {
            Account account = app.signIn(person.handle(), person);
            world.pds.forge(RESOURCE, servers(world.pds.other()));
            app.wire.clear();

            assertThat(refresh(app, account)).isNotNull().isNotInstanceOf(SignInRequiredException.class);

            assertThat(app.wire.to(TOKEN)).isEmpty();
            world.pds.fair();
            assertThat(refresh(app, account)).isNull();
            assertThat(app.client.calls(account).query(SESSION, Parameters.NONE).status())
                    .isEqualTo(200);
        }
    }

    /** Answers that give no token, after which nobody has a session: the server took the refresh token for used. */
    static Stream<Arguments> answers() {
        return Stream.of(
                Arguments.of("no sub", Map.of("remove", List.of("sub"))),
                Arguments.of("another sub", Map.of("set", Map.of("sub", NOBODY))),
                Arguments.of("bearer", Map.of("set", Map.of("token_type", "Bearer"))));
    }

    static Stream<Arguments> codeAnswers() {
        return Stream.concat(answers(), Stream.of(Arguments.of("a scope without atproto", NARROW)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("codeAnswers")
    void aTokenThatDoesNotComeAsItMustIsRevoked(String what, Map<String, ?> change) {
        try (Application app = application(Transport.APACHE)) {
            world.pds.forge(TOKEN, change);

            assertThat(catchThrowableOfType(OAuthException.class, () -> app.signIn(person.handle(), person)))
                    .isNotNull();

            assertThat(app.wire.lines()).contains("POST /oauth/token 200").endsWith("POST /oauth/revoke 200");
            assertThat(world.pds.sessions(person.did())).as("at the server").isEmpty();
            assertThat(app.client.accounts()).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void aRefreshThatDoesNotComeAsItMustEndsTheSession(String what, Map<String, ?> change) {
        try (Application app = application(Transport.JDK)) {
            Account account = app.signIn(person.handle(), person);
            world.pds.forge(TOKEN, change);
            app.wire.clear();

            assertThat(refresh(app, account)).isNotNull();

            assertThat(app.wire.lines()).endsWith("POST /oauth/token 200", "POST /oauth/revoke 200");
            world.pds.fair();
            assertThat(refresh(app, account)).isInstanceOf(SignInRequiredException.class);
            assertThat(app.ended).as("told once").containsExactly(account);
            assertThat(world.pds.sessions(person.did())).as("at the server").isEmpty();
        }
    }

    /** What was granted is less than the protocol's least, but whose it is is certain: the refresh token is good for another attempt. */
    @Test
    void aRefreshWithoutTheProtocolsScopeGivesNoTokenAndKeepsTheSession() throws IOException {
        try (Application app = application(Transport.APACHE)) {
            Account account = app.signIn(person.handle(), person);
            world.pds.forge(TOKEN, NARROW);

            assertThat(refresh(app, account)).isNotNull().isNotInstanceOf(SignInRequiredException.class);

            world.pds.fair();
            assertThat(refresh(app, account)).isNull();
            assertThat(app.ended).isEmpty();
            assertThat(app.client.calls(account).query(SESSION, Parameters.NONE).status())
                    .isEqualTo(200);
            assertThat(world.pds.sessions(person.did())).as("at the server").hasSize(1);
        }
    }

    private static OAuthException refresh(Application app, Account account) {
        return catchThrowableOfType(
                OAuthException.class, () -> app.client.tokens(account).get(TokenOptions.NONE.forceRefresh()));
    }

    /** The other server is a real one, too: it would be glad to have the code. */
    @Test
    void aCodeGoesToNobodyIfItDoesNotComeFromWhomItWasAskedOf() {
        for (List<String> issuer : List.of(List.of(world.pds.other().toString()), List.<String>of())) {
            try (Application app = application(Transport.JDK)) {
                PendingAuthorization pending = app.client.authorize(person.handle());
                person.signIn(world.browser, pending.uri());
                person.authorize(world.browser);
                AuthorizationCallback callback = from(issuer, world.callback());
                app.wire.clear();

                assertThat(catchThrowableOfType(
                                OAuthException.class, () -> app.client.complete(callback, pending.browserBinding())))
                        .isNotNull();

                assertThat(app.wire.lines()).isEmpty();
                assertThat(app.client.accounts()).isEmpty();
            }
        }
        assertThat(world.pds.sessions(person.did())).isEmpty();
    }

    private static AuthorizationCallback from(List<String> issuer, AuthorizationCallback callback) {
        Map<String, String[]> parameters = new LinkedHashMap<>();
        for (String name : List.of("state", "code")) {
            assertThat(callback.all(name)).hasSize(1);
            parameters.put(name, callback.all(name).toArray(new String[0]));
        }
        assertThat(callback.all("iss")).hasSize(1);
        parameters.put("iss", issuer.toArray(new String[0]));
        return AuthorizationCallback.of(parameters);
    }

    /** He has a copy of the store, key and all, and is first. */
    @Test
    void whoseRefreshTokenAThiefHasUsedIsToldToSignInAndTheThiefHasNothing(@TempDir Path ours, @TempDir Path stolen)
            throws IOException {
        try (StoreKind.Opened store = StoreKind.FILE.open(ours.toString());
                Application app = Application.development(world, Transport.JDK, store.store())) {
            Account account = app.signIn(person.handle(), person);
            copy(ours, stolen);
            try (StoreKind.Opened copy = StoreKind.FILE.open(stolen.toString());
                    Application thief = Application.development(world, Transport.APACHE, copy.store())) {
                thief.client.tokens(account).get(TokenOptions.NONE.forceRefresh());
                assertThat(thief.client
                                .calls(account)
                                .query(SESSION, Parameters.NONE)
                                .status())
                        .isEqualTo(200);

                for (int i = 0; i < 2; i++) {
                    assertThat(catchThrowableOfType(
                                    OAuthException.class,
                                    () -> app.client.tokens(account).get(TokenOptions.NONE.forceRefresh())))
                            .isInstanceOf(SignInRequiredException.class);
                }

                assertThat(app.ended).as("told once").containsExactly(account);
                assertThat(app.client.accounts()).isEmpty();
                assertThat(world.pds.sessions(person.did())).as("at the server").isEmpty();
                assertThat(catchThrowableOfType(
                                OAuthException.class,
                                () -> thief.client.calls(account).query(SESSION, Parameters.NONE)))
                        .isInstanceOf(SignInRequiredException.class);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from).skip(1)) {
            for (Path each : all.collect(Collectors.toList())) {
                Files.copy(each, to.resolve(from.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
