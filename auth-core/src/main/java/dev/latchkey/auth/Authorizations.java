package dev.latchkey.auth;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationCode;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.AuthorizationTransaction;
import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.authorize.CarriedAuthorization;
import dev.latchkey.auth.authorize.CodeVerifier;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.authorize.State;
import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Nonce;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import dev.latchkey.auth.protocol.AuthorizationCodeGrant;
import dev.latchkey.auth.protocol.AuthorizationRequests;
import dev.latchkey.auth.protocol.Callbacks;
import dev.latchkey.auth.protocol.ErrorResponses;
import dev.latchkey.auth.protocol.IdTokenChecks;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.session.Transaction;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.token.TokenResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Begins authorizations and completes them: everything between the browser's leaving and its return is kept here. */
final class Authorizations {

    private static final Duration LIFETIME = Duration.ofMinutes(10);
    private static final int MAX_PENDING = 10_000;

    private final Settings settings;
    private final ServerDirectory directory;
    private final TokenEndpoint tokenEndpoint;
    private final SignIns signIns;
    private final Bindings bindings;
    // Those that this client began lately, oldest first, so that a flood of them pushes out its own. One that was
    // completed
    // stays until its turn comes; removing it again is then refused, since its version is gone.
    private final ConcurrentLinkedQueue<Pending> pending = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pendingCount = new AtomicInteger();

    Authorizations(
            Settings settings,
            ServerDirectory directory,
            TokenEndpoint tokenEndpoint,
            SignIns signIns,
            Bindings bindings) {
        this.settings = settings;
        this.directory = directory;
        this.tokenEndpoint = tokenEndpoint;
        this.signIns = signIns;
        this.bindings = bindings;
    }

    PendingAuthorization begin(AuthorizationRequest request) {
        String cookie = settings.randomText();
        Begun begun = prepare(request, SessionKey.hash(List.of(cookie)));
        State state = begun.transaction.state();
        StoreKey key = SessionKey.ofState(state.reveal());
        try {
            RecordVersion version = settings.store
                    .replace(key, RecordVersion.ABSENT, begun.transaction.record())
                    .orElseThrow(() -> new IllegalStateException("A random state was there already"));
            cap(key, version);
        } catch (TokenStoreException e) {
            throw new TemporaryFailureException(
                    "The token store cannot be written (" + e.getMessage() + "); nothing was sent", true, null, e);
        }
        return PendingAuthorization.of(
                begun.uri, state, BrowserBinding.of(state, cookie), begun.transaction.expiresAt());
    }

    CarriedAuthorization beginCarried(AuthorizationRequest request) {
        Begun begun = prepare(request, null);
        return CarriedAuthorization.of(begun.uri, begun.transaction.carried());
    }

    SignIn complete(AuthorizationCallback callback, BrowserBinding browser) {
        Transaction transaction = consume(callback, browser);
        return redeem(callback, transaction, () -> putBack(transaction));
    }

    SignIn complete(AuthorizationCallback callback, AuthorizationTransaction carried) {
        Transaction transaction;
        try {
            transaction = whole(Transaction.read(carried));
        } catch (IllegalArgumentException e) {
            // Without the cause, whose message might quote the text.
            throw refused(new ConfigurationException("transaction", "is not what an authorization gave to carry"));
        }
        String host = hostOf(transaction.server());
        try {
            Callbacks.refuseDuplicates(callback, host);
            State state = callback.state()
                    .orElseThrow(() -> new InvalidResponseException("state", host, "is missing from the callback"));
            if (!state.equals(transaction.state())) {
                throw new InvalidResponseException("state", host, "in the callback is another authorization's");
            }
            requireOurs(transaction);
            requireAlive(transaction, host);
            if (!directory
                    .metadata()
                    .tokenEndpoint()
                    .equals(transaction.server().tokenEndpoint())) {
                throw new ConfigurationException(
                        "transaction", "names another token endpoint than the server does; was it changed on its way?");
            }
        } catch (OAuthException e) {
            throw refused(e);
        }
        return redeem(callback, transaction, () -> {});
    }

    private Begun prepare(AuthorizationRequest request, @Nullable String bindingHash) {
        signIns.requireNameable(request.scopes(), request.account());
        AuthorizationServerMetadata server = directory.metadata();
        List<String> acrValues = RequiredAcr.of(request);
        URI endpoint = server.authorizationEndpoint()
                .orElseThrow(() -> ServerDirectory.missing("authorization_endpoint", server));
        settings.backChannel.requireHttps(endpoint, "authorization_endpoint");
        settings.backChannel.requireHttps(directory.tokenEndpoint(server), "token_endpoint");
        State state = State.of(settings.randomText());
        Nonce nonce = request.scopes().contains("openid") ? Nonce.of(settings.randomText()) : null;
        CodeVerifier verifier = CodeVerifier.of(settings.randomText());
        RequestDraft draft = RequestDraft.of(
                RequestKind.AUTHORIZATION,
                endpoint,
                server,
                settings.clientId,
                AuthorizationRequests.parameters(
                        request, settings.clientId.value(), state, nonce, verifier.challenge()));
        settings.profile.prepare(draft);
        Transaction.Builder transaction = Transaction.builder(
                        server,
                        settings.clientId.value(),
                        state,
                        verifier,
                        request.redirectUri(),
                        request.scopes(),
                        settings.clock.instant().plus(LIFETIME))
                .with("nonce", nonce == null ? null : nonce.reveal())
                .with("browser", bindingHash)
                .with("subject", request.account().subject().orElse(null))
                .with(
                        "session",
                        request.account().session().isEmpty()
                                ? null
                                : request.account().session())
                .with("max_age", request.maxAge().map(Duration::toSeconds).orElse(null))
                .with("acr_values", acrValues.isEmpty() ? null : acrValues)
                .with("resources", request.options().parameters().all("resource"))
                .binding(bindings.save(bindings.create(server)));
        settings.tell(listener -> listener.authorizationStarted(server.issuer(), request.scopes()));
        return new Begun(AuthorizationRequests.uri(draft), transaction.build());
    }

    /** Finds the transaction, checks that the callback is its, and takes it out of the store. Until then nothing changes. */
    private Transaction consume(AuthorizationCallback callback, BrowserBinding browser) {
        try {
            Callbacks.refuseDuplicates(callback, "the browser");
            State state = callback.state()
                    .orElseThrow(
                            () -> new InvalidResponseException("state", "the browser", "is missing from the callback"));
            StoreKey key = SessionKey.ofState(state.reveal());
            StoreEntry entry = settings.store
                    .find(key)
                    .orElseThrow(() -> new SignInRequiredException(
                            "state: no authorization waits for this callback: it was completed before, has expired, or"
                                    + " was never begun here; begin a new one",
                            null,
                            null));
            Transaction transaction = whole(Transaction.read(entry.record().content()));
            String host = hostOf(transaction.server());
            if (!sameText(transaction.bindingHash().orElse(""), SessionKey.hash(List.of(browser.reveal())))) {
                throw new InvalidResponseException(
                        "browser binding",
                        host,
                        "another browser began this authorization; its cookie is missing or different");
            }
            requireOurs(transaction);
            requireAlive(transaction, host);
            if (!settings.store.remove(key, entry.version())) {
                throw new SignInRequiredException(
                        "state: this authorization was completed at the same moment by another request; begin a new"
                                + " one",
                        null,
                        null);
            }
            return transaction;
        } catch (TokenStoreException e) {
            throw refused(new TemporaryFailureException(
                    "The token store failed (" + e.getMessage() + "); the code was not sent", true, null, e));
        } catch (IllegalArgumentException e) {
            throw refused(new ConfigurationException("store", "the pending authorization in it is damaged"));
        } catch (OAuthException e) {
            throw refused(e);
        }
    }

    private SignIn redeem(AuthorizationCallback callback, Transaction transaction, Runnable undo) {
        AuthorizationServerMetadata server = transaction.server();
        String host = hostOf(server);
        AuthorizationCode code;
        try {
            Callbacks.checkIssuer(callback, server, host);
            if (callback.parameters().first("error").isPresent()) {
                ServerError error = ErrorResponses.decode(callback.parameters(), host);
                throw settings.refusal(error, "");
            }
            code = Callbacks.code(callback, host);
        } catch (OAuthException e) {
            throw refused(e);
        }
        RequestOptions options = RequestOptions.NONE;
        for (URI resource : transaction.resources()) {
            options = options.resource(resource);
        }
        TokenBinding binding;
        TokenResponse response;
        try {
            binding = bindings.restore(transaction.binding().orElse(null));
            response = tokenEndpoint.request(
                    server,
                    AuthorizationCodeGrant.of(code, transaction.redirectUri(), transaction.verifier()),
                    transaction.scopes(),
                    options,
                    binding);
        } catch (TemporaryFailureException e) {
            if (e.safeToRetry()) {
                undo.run();
            }
            throw e;
        }
        return signIns.finish(
                server,
                response,
                AskedFor.of(transaction.scopes(), options),
                transaction.naming(),
                binding,
                checks -> check(checks, transaction));
    }

    private static void check(IdTokenChecks checks, Transaction transaction) {
        checks.nonce(transaction.nonce());
        transaction.maxAge().ifPresent(checks::maxAge);
        if (!transaction.acrValues().isEmpty()) {
            checks.acr(transaction.acrValues());
        }
    }

    /** Reads every part once, so that nothing fails for its form after the code was sent. */
    private static Transaction whole(Transaction transaction) {
        List<Supplier<?>> parts = List.of(
                transaction::server,
                transaction::clientId,
                transaction::state,
                transaction::verifier,
                transaction::redirectUri,
                transaction::scopes,
                transaction::expiresAt,
                transaction::nonce,
                transaction::naming,
                transaction::maxAge,
                transaction::resources,
                transaction::binding);
        for (Supplier<?> part : parts) {
            var unused = part.get();
        }
        return transaction;
    }

    /**
     * Refuses what another client began, which may share the store, or even the identifier at another server: that
     * server would get this client's credentials (RFC 9700 §4.4).
     */
    private void requireOurs(Transaction transaction) {
        String issuer = transaction.server().issuer();
        Discovery discovery = settings.profile.discovery();
        boolean ourServer = discovery
                .known()
                .map(known -> known.issuer().equals(issuer))
                .orElseGet(() -> discovery.accepts(issuer));
        if (!ourServer || !transaction.clientId().equals(settings.clientId.value())) {
            throw new ConfigurationException(
                    "client", "another client began this authorization, or one of another server");
        }
    }

    /** A code that was certainly not sent, or that a busy server (429, 503) did not look at, may come again with its callback. */
    private void putBack(Transaction transaction) {
        StoreKey key = SessionKey.ofState(transaction.state().reveal());
        try {
            Optional<RecordVersion> version = settings.store.replace(key, RecordVersion.ABSENT, transaction.record());
            if (version.isPresent()) {
                cap(key, version.get());
            }
        } catch (TokenStoreException e) {
            // Then a new authorization is needed, as the next complete(…) will say.
        }
    }

    private void requireAlive(Transaction transaction, String host) {
        Instant now = settings.clock.instant();
        if (!now.isBefore(transaction.expiresAt())) {
            throw new SignInRequiredException(
                    "state: the authorization at " + host + " has expired; begin a new one", null, null);
        }
    }

    private OAuthException refused(OAuthException reason) {
        settings.tell(listener -> listener.callbackRefused(reason));
        return reason;
    }

    private void cap(StoreKey key, RecordVersion version) {
        pending.add(new Pending(key, version));
        if (pendingCount.incrementAndGet() > MAX_PENDING) {
            Pending oldest = pending.poll();
            if (oldest != null) {
                pendingCount.decrementAndGet();
                forget(oldest);
            }
        }
    }

    private void forget(Pending oldest) {
        try {
            settings.store.remove(oldest.key, oldest.version);
        } catch (TokenStoreException e) {
            // It forgets it by itself in ten minutes; the authorization that was just begun has nothing to do with it.
            return;
        }
    }

    private static String hostOf(AuthorizationServerMetadata server) {
        return server.tokenEndpoint().map(URI::getHost).orElse(server.issuer());
    }

    private static boolean sameText(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static final class Begun {

        private final URI uri;
        private final Transaction transaction;

        Begun(URI uri, Transaction transaction) {
            this.uri = uri;
            this.transaction = transaction;
        }
    }

    private static final class Pending {

        private final StoreKey key;
        private final RecordVersion version;

        Pending(StoreKey key, RecordVersion version) {
            this.key = key;
            this.version = version;
        }
    }
}
