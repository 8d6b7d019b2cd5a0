package dev.latchkey.auth.subjects;

import dev.latchkey.auth.ClaimsOnlyIdTokens;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.grant.ExtensionGrant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.ServerProfile;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.store.EncryptedTokenStore;
import dev.latchkey.auth.store.EncryptionKey;
import dev.latchkey.auth.store.EncryptionKeys;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenSource;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;
import org.jspecify.annotations.Nullable;

/** Several nodes over one store, and the two servers that they talk to. */
final class World implements AutoCloseable {

    private static final URI REDIRECT = URI.create("https://app.example.com/cb");
    private static final Duration QUIET = Duration.ofMinutes(2);

    final MutableClock clock = MutableClock.create();
    final SubjectServer server = new SubjectServer(clock);
    private final TokenStore store = EncryptedTokenStore.over(
            InMemoryTokenStore.create(clock), EncryptionKeys.of(EncryptionKey.random("k", new SecureRandom())));
    private final Map<String, OAuthClient> clients = new ConcurrentHashMap<>();
    private final Set<String> signedIn = ConcurrentHashMap.newKeySet();
    private final Set<String> signedOut = ConcurrentHashMap.newKeySet();
    private final Phaser flights = new Phaser(1);
    private final boolean alone;

    /** @param alone whether one thread makes all steps, so that it is known what must succeed */
    World(boolean alone) {
        this.alone = alone;
    }

    /** Makes a step, and tells what is wrong with what came of it, if anything is. */
    Optional<String> make(Step step) {
        try {
            return check(step);
        } catch (ConfigurationException e) {
            // Another thread has restarted the node in the middle of the step.
            if (alone || !e.field().equals("client")) {
                throw e;
            }
            return Optional.empty();
        } finally {
            if (alone) {
                // A refresh in the background belongs to the step that started it.
                flights.awaitAdvance(flights.arrive());
            }
        }
    }

    private Optional<String> check(Step step) {
        OAuthClient client = client(step.node(), step.subject().issuer());
        Scopes scopes = Scopes.parse(step.scopes());
        String here = "@" + step.subject().issuer();
        String other = step.subject().user() + "-" + step.subject().tenant();
        switch (step.kind()) {
            case SIGN_IN:
                signIn(client, step.subject());
                return Optional.empty();
            case SIGN_OUT:
                client.accounts().remove(step.subject().account());
                signedIn.remove(step.subject().label());
                signedOut.add(step.subject().label());
                return Optional.empty();
            case TIME:
                clock.advance(Duration.ofMinutes(step.minutes()));
                return Optional.empty();
            case RESTART:
                Optional.ofNullable(
                                clients.remove(name(step.node(), step.subject().issuer())))
                        .ifPresent(OAuthClient::close);
                return Optional.empty();
            case UNAVAILABLE:
            case ANSWER_LOST:
                server.prepare(SubjectServer.Trouble.valueOf(step.kind().name()));
                return Optional.empty();
            case APPLICATION_TOKEN:
                return token(client.clientCredentials(scopes), TokenOptions.NONE, "app" + here, scopes, true);
            case GRANT_TOKEN:
                return token(
                        client.tokens(bearer("given-" + other, step.scopes()), RequestOptions.NONE),
                        TokenOptions.NONE,
                        "given-" + other + here,
                        scopes,
                        true);
            case MADE_GRANT_TOKEN:
                return token(
                        client.tokens(other, scopes, () -> bearer("made-" + other, step.scopes()), RequestOptions.NONE),
                        TokenOptions.NONE,
                        "made-" + other + here,
                        scopes,
                        true);
            default:
                return userToken(client, step, scopes);
        }
    }

    private Optional<String> userToken(OAuthClient client, Step step, Scopes scopes) {
        TokenSource source = client.tokens(step.subject().account(), scopes);
        String label = step.subject().label();
        boolean due = signedIn.contains(label) && server.isLive(step.subject());
        switch (step.kind()) {
            case TOKEN:
                return token(source, TokenOptions.NONE, label, scopes, due);
            case FORCED_TOKEN:
                return token(source, TokenOptions.NONE.forceRefresh(), label, scopes, due);
            case CHALLENGED_TOKEN:
                return token(source, TokenOptions.NONE.claims("{\"access_token\":{}}"), label, scopes, due);
            case REJECTED_TOKEN:
                try {
                    source.rejected(source.token());
                } catch (OAuthException e) {
                    // Then there is nothing that an API could have rejected.
                }
                return token(source, TokenOptions.NONE, label, scopes, signedIn.contains(label) && due);
            default:
                throw new AssertionError(step);
        }
    }

    private Optional<String> token(TokenSource source, TokenOptions options, String label, Scopes scopes, boolean due) {
        AccessToken token;
        try {
            token = source.get(options).token();
        } catch (OAuthException e) {
            boolean expected =
                    !alone || !due || server.hadTroubleSince(clock.instant().minus(QUIET));
            return expected ? Optional.empty() : Optional.of("no token for " + label + ": " + e);
        }
        if (alone && signedOut.contains(label)) {
            return Optional.of("a token for " + label + ", who has signed out");
        }
        String text = token.reveal();
        if (!text.startsWith("at|" + label + "|")) {
            return Optional.of("a token of another for " + label + ": " + text);
        }
        if (!token.scopes().asSet().containsAll(scopes.asSet())) {
            return Optional.of("a token for other scopes than " + scopes + ": " + text);
        }
        return Optional.empty();
    }

    private void signIn(OAuthClient client, Subject subject) {
        try {
            PendingAuthorization pending =
                    client.authorize(AuthorizationRequest.builder(REDIRECT, Scopes.of("openid", "a", "b"))
                            .account(AccountNaming.byServer().session(subject.session()))
                            .build());
            Map<String, String> sent = query(pending.uri());
            String code = server.code(subject, sent.get("nonce"), "openid a b");
            client.complete(
                    AuthorizationCallback.parse("code=" + code + "&state=" + sent.get("state")),
                    pending.browserBinding());
            signedIn.add(subject.label());
            signedOut.remove(subject.label());
        } catch (OAuthException e) {
            // The answer was lost, or the server was in trouble: the old session may live on, or not.
            signedIn.remove(subject.label());
        }
    }

    private static ExtensionGrant bearer(String assertion, String scopes) {
        return ExtensionGrant.of(
                SubjectServer.JWT_BEARER, Parameters.of("assertion", assertion).with("scope", scopes));
    }

    private OAuthClient client(int node, String issuer) {
        return clients.computeIfAbsent(
                name(node, issuer),
                absent -> OAuthClient.builder(server)
                        .server(new Tenants(SubjectServer.metadata(issuer)))
                        .client(ClientId.of("app"), ClientAuthentication.none())
                        .idTokens(ClaimsOnlyIdTokens.dangerouslyWithoutSignature())
                        .store(store)
                        .clock(clock)
                        .executor(this::fly)
                        .build());
    }

    private void fly(Runnable flight) {
        flights.register();
        Thread thread = new Thread(
                () -> {
                    try {
                        flight.run();
                    } finally {
                        flights.arriveAndDeregister();
                    }
                },
                "flight");
        thread.setDaemon(true);
        thread.start();
    }

    private static String name(int node, String issuer) {
        return node + " at " + issuer;
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : uri.getRawQuery().split("&", -1)) {
            int equals = pair.indexOf('=');
            parameters.put(
                    pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return parameters;
    }

    @Override
    public void close() {
        clients.values().forEach(OAuthClient::close);
    }

    /** One issuer with several tenants, told by a claim. */
    private static final class Tenants implements ServerProfile {

        private final AuthorizationServer server;

        private Tenants(AuthorizationServerMetadata metadata) {
            this.server = AuthorizationServer.of(metadata);
        }

        @Override
        public Discovery discovery() {
            return server.discovery();
        }

        @Override
        public Optional<Account> account(
                AuthorizationServerMetadata metadata, TokenResponse response, @Nullable IdTokenClaims claims) {
            return Optional.ofNullable(claims)
                    .map(each -> Account.of(each).withTenant(each.text("tid").orElseThrow()));
        }
    }
}
