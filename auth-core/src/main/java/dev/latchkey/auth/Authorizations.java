package dev.latchkey.auth;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationCode;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.AuthorizationTransaction;
import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.authorize.CarriedAuthorization;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.authorize.State;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import dev.latchkey.auth.protocol.AuthorizationCodeGrant;
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
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Begins authorizations and completes them: everything between the browser's leaving and its return is kept here. */
final class Authorizations {

    private final Settings settings;
    private final ServerDirectory directory;
    private final TokenEndpoint tokenEndpoint;
    private final SignIns signIns;
    private final Bindings bindings;
    private final Departures departures;
    private final SignedAnswers answers;

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
        this.departures = new Departures(settings, directory, tokenEndpoint, signIns, bindings);
        this.answers = new SignedAnswers(settings, directory);
    }

    PendingAuthorization begin(AuthorizationRequest request) {
        String cookie = settings.randomText();
        Departures.Departure departure = departures.prepare(request, SessionKey.hash(List.of(cookie)));
        Transaction transaction = departure.transaction;
        State state = transaction.state();
        StoreKey key = SessionKey.ofState(state.reveal());
        RecordVersion version;
        try {
            version = settings.store
                    .replace(key, RecordVersion.ABSENT, transaction.record())
                    .orElseThrow(() -> new IllegalStateException("A random state was there already"));
        } catch (TokenStoreException e) {
            throw new TemporaryFailureException(
                    "The token store cannot be written (" + e.getMessage() + "); nothing was sent", true, null, e);
        }
        Departures.Address address;
        try {
            address = departures.send(departure);
        } catch (RuntimeException e) {
            PendingLimit.forget(settings.store, key, version);
            throw e;
        }
        settings.pendingLimit.add(settings.store, key, version);
        return PendingAuthorization.of(
                address.uri, address.expiresAt, state, BrowserBinding.of(state, cookie), transaction.expiresAt());
    }

    CarriedAuthorization beginCarried(AuthorizationRequest request) {
        Departures.Departure departure = departures.prepare(request, null);
        Departures.Address address = departures.send(departure);
        return CarriedAuthorization.of(address.uri, address.expiresAt, departure.transaction.carried());
    }

    SignIn complete(AuthorizationCallback callback, BrowserBinding browser) {
        Matched matched = consume(callback, browser);
        return redeem(matched.answer, matched.transaction, () -> putBack(matched.transaction));
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
        AuthorizationCallback answer;
        try {
            Callbacks.refuseDuplicates(callback, host);
            State state = answers.state(callback)
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
            answer = answers.open(callback, transaction, host);
        } catch (OAuthException e) {
            throw refused(e);
        }
        return redeem(answer, transaction, () -> {});
    }

    /** Finds the transaction, checks that the callback is its, and takes it out of the store. Until then nothing changes. */
    private Matched consume(AuthorizationCallback callback, BrowserBinding browser) {
        try {
            Callbacks.refuseDuplicates(callback, "the browser");
            State state = answers.state(callback)
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
            AuthorizationCallback answer = answers.open(callback, transaction, host);
            if (!settings.store.remove(key, entry.version())) {
                throw new SignInRequiredException(
                        "state: this authorization was completed at the same moment by another request; begin a new"
                                + " one",
                        null,
                        null);
            }
            return new Matched(answer, transaction);
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
            Callbacks.checkIssuer(callback, server, host, settings.security.requiresIssuer(transaction));
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
                checks -> check(checks, code, transaction));
    }

    private static void check(IdTokenChecks checks, AuthorizationCode code, Transaction transaction) {
        checks.authorizationHashes(code.reveal(), transaction.state().reveal());
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
                () -> SecurityRules.began(transaction),
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
        settings.security.checkBegun(transaction);
    }

    /** A code that was certainly not sent, or that a busy server (429, 503) did not look at, may come again with its callback. */
    private void putBack(Transaction transaction) {
        StoreKey key = SessionKey.ofState(transaction.state().reveal());
        try {
            Optional<RecordVersion> version = settings.store.replace(key, RecordVersion.ABSENT, transaction.record());
            if (version.isPresent()) {
                settings.pendingLimit.add(settings.store, key, version.get());
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

    static String hostOf(AuthorizationServerMetadata server) {
        return server.tokenEndpoint().map(URI::getHost).orElse(server.issuer());
    }

    private static boolean sameText(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    /** What came back, in the form of a plain answer, and the authorization that it is for. */
    private static final class Matched {

        private final AuthorizationCallback answer;
        private final Transaction transaction;

        Matched(AuthorizationCallback answer, Transaction transaction) {
            this.answer = answer;
            this.transaction = transaction;
        }
    }
}
