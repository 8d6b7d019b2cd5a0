package dev.latchkey.auth.atproto;

import dev.latchkey.auth.AuthListener;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.jose.SigningKey;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.testkit.ScriptedTransport;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The published documents, an authorization server and a personal data server that follow a script, and a client of them. */
final class Network implements HttpTransport {

    static final String CLIENT_ID = "https://app.example.com/client-metadata.json";
    static final URI REDIRECT = URI.create("https://app.example.com/callback");
    static final SigningKey KEY = key("key-1");
    static final Duration TIMEOUT = Duration.ofSeconds(17);

    final Internet internet = new Internet();
    final ScriptedTransport servers = ScriptedTransport.create();
    final InMemoryTokenStore store = InMemoryTokenStore.create(internet.clock);
    // What clients that are made from now on get, and what happens before a request is answered and after a sign-in.
    TokenStore storeOfClients = store;

    @Nullable
    Executor executor;

    volatile Consumer<TransportRequest> before = request -> {};
    volatile Consumer<Account> afterSignIn = account -> {};
    int mostServers = 1_000;
    final List<String> told = new CopyOnWriteArrayList<>();
    final List<Duration> timeouts = new CopyOnWriteArrayList<>();
    final List<Account> ended = new CopyOnWriteArrayList<>();
    final List<OAuthException> notRevoked = new CopyOnWriteArrayList<>();
    final List<Exception> notSaved = new CopyOnWriteArrayList<>();

    static SigningKey key(String id) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return SigningKey.of(generator.generateKeyPair()).keyId(id).build();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static AtprotoClientMetadata metadata(ClientKeys keys) {
        return AtprotoClientMetadata.builder(URI.create(CLIENT_ID))
                .redirectUris(REDIRECT)
                .scopes(Permission.scopes(Permission.TRANSITION_GENERIC))
                .keys(keys)
                .build();
    }

    AtprotoClient client() {
        return client(metadata(ClientKeys.of(KEY)));
    }

    AtprotoClient client(AtprotoClientMetadata metadata) {
        AtprotoClientBuilder builder = AtprotoClient.builder(this)
                .identities(AtprotoIdentities.builder(this)
                        .txtRecords(internet)
                        .clock(internet.clock)
                        .executor(Runnable::run)
                        .build())
                .metadata(metadata)
                .servers(mostServers)
                .store(storeOfClients)
                .clock(internet.clock)
                .timeout(TIMEOUT)
                .listener(new AuthListener() {
                    @Override
                    public void requestPushed(String issuer, Duration took) {
                        told.add("pushed to " + issuer);
                    }

                    @Override
                    public void signedIn(Account account) {
                        afterSignIn.accept(account);
                    }

                    @Override
                    public void sessionNotSaved(java.util.Optional<Account> account, Exception reason) {
                        notSaved.add(reason);
                    }

                    @Override
                    public void sessionEnded(Account account, OAuthException reason) {
                        ended.add(account);
                    }

                    @Override
                    public void revocationFailed(java.util.Optional<Account> account, OAuthException reason) {
                        notRevoked.add(reason);
                    }
                });
        return (executor == null ? builder : builder.executor(executor)).build();
    }

    @Override
    public TransportResponse send(TransportRequest request) throws TransportException {
        String path = request.uri().getPath();
        before.accept(request);
        timeouts.add(request.timeout());
        return path.startsWith("/oauth/") || path.startsWith("/xrpc/")
                ? servers.send(request)
                : internet.transport.send(request);
    }

    @Override
    public boolean honoursAddressPolicy() {
        return true;
    }

    Network pushes() {
        servers.onPost("/oauth/par")
                .answers(Answer.json(
                                201, "{\"request_uri\":\"urn:ietf:params:oauth:request_uri:r1\",\"expires_in\":300}")
                        .header("DPoP-Nonce", "as-1"));
        return this;
    }

    static String granted(String subject, String more) {
        return "{\"access_token\":\"at-1\",\"token_type\":\"DPoP\",\"refresh_token\":\"rt-1\",\"expires_in\":900,"
                + "\"scope\":\"atproto transition:generic\",\"sub\":\"" + subject + "\"" + more + "}";
    }

    Network grants(String json) {
        servers.onPost("/oauth/token").answers(Answer.json(200, json).header("DPoP-Nonce", "as-2"));
        return this;
    }

    Network revokes() {
        servers.onPost("/oauth/revoke").answers(Answer.json(200, "{}").header("DPoP-Nonce", "as-9"));
        return this;
    }

    static AuthorizationCallback callback(PendingAuthorization pending, String state) {
        return AuthorizationCallback.parse("code=c0de&state=" + state + "&iss=https%3A%2F%2Fas.example.org");
    }

    /** Alice goes to another server, for which another one speaks. */
    void moves() {
        internet.document(Internet.document(Internet.ALICE, Internet.HANDLE, Internet.PDS2));
        internet.web.put(
                Internet.PDS2 + "/.well-known/oauth-protected-resource",
                Answer.json(200, Internet.resource(Internet.PDS2, Internet.AS2)));
        internet.web.put(
                Internet.AS2 + "/.well-known/oauth-authorization-server",
                Answer.json(200, Internet.server(Internet.AS2)));
    }

    void movesBack() {
        internet.document(Internet.document(Internet.ALICE, Internet.HANDLE, Internet.PDS));
    }

    /** A sign-in of Alice at a certain issuer, which gives her tokens of a certain number. */
    Account signIn(AtprotoClient client, AtprotoRequest request, String issuer, int number) {
        pushes();
        PendingAuthorization pending = client.authorize(request);
        grants(granted(Internet.ALICE.toString(), "")
                .replace("at-1", "at-" + number)
                .replace("rt-1", "rt-" + number));
        return client.complete(callback("code=c0de", issuer), pending.browserBinding())
                .account();
    }

    /** The callback of the sign-in that was begun last. */
    AuthorizationCallback callback(String answer, String issuer) {
        return AuthorizationCallback.parse(
                answer + "&state=" + last("/oauth/par").form().get("state") + "&iss=" + issuer);
    }

    /** A sign-in of Alice, from the handle to the session. */
    Account signIn(AtprotoClient client) {
        pushes().grants(granted(Internet.ALICE.toString(), ""));
        return complete(client, "alice.example.com");
    }

    Account complete(AtprotoClient client, String input) {
        PendingAuthorization pending = client.authorize(input);
        String state = last("/oauth/par").form().get("state");
        return client.complete(callback(pending, state), pending.browserBinding())
                .account();
    }

    List<RecordedRequest> to(String path) {
        return servers.requests().stream()
                .filter(request -> request.path().equals(path))
                .collect(Collectors.toList());
    }

    RecordedRequest last(String path) {
        List<RecordedRequest> all = to(path);
        return all.get(all.size() - 1);
    }

    static Map<String, Object> header(String jwt) {
        return part(jwt, 0);
    }

    static Map<String, Object> claims(String jwt) {
        return part(jwt, 1);
    }

    static Map<String, Object> proof(RecordedRequest request) {
        return claims(request.header("DPoP").orElseThrow());
    }

    static Map<String, Object> assertion(RecordedRequest request) {
        return claims(request.form().get("client_assertion"));
    }

    private static Map<String, Object> part(String jwt, int index) {
        try {
            return Json.object(Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[index]));
        } catch (JsonFault e) {
            throw new AssertionError(e);
        }
    }

    static Map<String, String> query(URI uri) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : uri.getRawQuery().split("&", -1)) {
            query.put(
                    pair.substring(0, pair.indexOf('=')),
                    URLDecoder.decode(pair.substring(pair.indexOf('=') + 1), StandardCharsets.UTF_8));
        }
        return query;
    }
}
