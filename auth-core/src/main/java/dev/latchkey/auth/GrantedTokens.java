package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.Grant;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.session.Found;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.session.SessionRecord;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.session.TokenMemory;
import dev.latchkey.auth.session.Written;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gets tokens for grants that the application can make anew at any time, its own credentials before all: from the store,
 * or from the server. Such a session has no refresh token, so nodes need no lease: two that ask at once get two tokens.
 */
final class GrantedTokens {

    private static final Duration REMEMBERED = Duration.ofSeconds(10);
    private static final int ATTEMPTS = 3;

    private final Settings settings;
    private final ServerDirectory directory;
    private final TokenEndpoint tokenEndpoint;
    private final Bindings bindings;
    private final SessionStore store;
    private final TokenMemory memory;
    private final Shelf shelf;
    // Of whichever session came last: they are all of one server.
    private volatile @Nullable String issuer;

    GrantedTokens(
            Settings settings,
            ServerDirectory directory,
            TokenEndpoint tokenEndpoint,
            Bindings bindings,
            SessionStore store,
            TokenMemory memory,
            Shelf shelf) {
        this.settings = settings;
        this.directory = directory;
        this.tokenEndpoint = tokenEndpoint;
        this.bindings = bindings;
        this.store = store;
        this.memory = memory;
        this.shelf = shelf;
    }

    /** Tells where the store has a session of which there is a token at hand: while the server is down too. */
    SessionKey key(Function<String, SessionKey> named) {
        String last = issuer;
        return named.apply(last == null ? issuer() : last);
    }

    // Whichever way the server was named, the issuer is who it is; and if that is known, what the store has serves
    // although the server is down.
    private String issuer() {
        return settings.profile
                .discovery()
                .issuer()
                .orElseGet(() -> directory.metadata().issuer());
    }

    TokenResult get(
            Object owner,
            Function<String, SessionKey> named,
            Supplier<? extends Grant> grants,
            AskedFor asked,
            TokenOptions options) {
        String server = issuer();
        issuer = server;
        SessionKey key = named.apply(server);
        TokenMemory.Slot slot = memory.open(owner, key, settings.clock.millis());
        slot.begin();
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                TokenResult result = attempt(key, slot, grants, asked, options);
                if (result != null) {
                    return result;
                }
            }
            throw new TemporaryFailureException(
                    "Others kept changing the key that this session's tokens are bound to", true, null, null);
        } finally {
            slot.end();
        }
    }

    /** Gives null if another node has begun the session with another key, so that this token is of no use. */
    private @Nullable TokenResult attempt(
            SessionKey key,
            TokenMemory.Slot slot,
            Supplier<? extends Grant> grants,
            AskedFor asked,
            TokenOptions options) {
        Found found = store.findReplaceable(key);
        TokenResult kept = shelf.fromStore(slot, asked, found, options, true);
        if (kept != null) {
            return kept;
        }
        OAuthException wish = slot.wish(settings.clock.millis());
        if (wish != null) {
            throw wish;
        }
        AuthorizationServerMetadata server = directory.metadata();
        SessionRecord present = found.record().orElse(null);
        TokenBinding binding = present == null
                ? bindings.create(server)
                : bindings.restore(present.binding().orElse(null));
        SessionRecord mine = present == null ? SessionRecord.ofApplication(bindings.save(binding)) : present;
        TokenResponse response = request(server, slot, grants, asked, options, binding);
        Instant now = settings.clock.instant();
        Written written = store.change(
                key,
                found.orElse(mine),
                before -> before.binding().equals(mine.binding()) ? before.with(asked, response, now) : before,
                true);
        written.failure().ifPresent(reason -> settings.tell(l -> l.sessionNotSaved(Optional.empty(), reason)));
        return binding != null && !written.isCurrent()
                ? null
                : shelf.fromServer(slot, asked, response, now, true, written, binding);
    }

    private TokenResponse request(
            AuthorizationServerMetadata server,
            TokenMemory.Slot slot,
            Supplier<? extends Grant> grants,
            AskedFor asked,
            TokenOptions options,
            @Nullable TokenBinding binding) {
        try {
            Grant grant = GrantWithClaims.of(made(grants), options);
            return tokenEndpoint.request(server, grant, asked.scopes(), asked.options(), binding);
        } catch (SignInRequiredException e) {
            slot.bury(asked, e, settings.clock.millis(), REMEMBERED);
            throw e;
        }
    }

    private static Grant made(Supplier<? extends Grant> grants) {
        try {
            return grants.get();
        } catch (OAuthException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ConfigurationException(
                    "grant",
                    "the supplier of the grant threw " + e.getClass().getName() + "; nothing was sent",
                    null,
                    e);
        }
    }
}
