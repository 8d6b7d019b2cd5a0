package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.SignInRequiredException;
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

    private final Settings settings;
    private final ServerDirectory directory;
    private final TokenEndpoint tokenEndpoint;
    private final Bindings bindings;
    private final SessionStore store;
    private final TokenMemory memory;
    private final Shelf shelf;

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

    TokenResult get(
            Object owner,
            Function<AuthorizationServerMetadata, SessionKey> named,
            Supplier<? extends Grant> grants,
            AskedFor asked,
            TokenOptions options) {
        // Whichever way the tenant or server was named, its metadata says who it is.
        AuthorizationServerMetadata server = directory.metadata();
        SessionKey key = named.apply(server);
        TokenMemory.Slot slot = memory.open(owner, key, settings.clock.millis());
        slot.begin();
        try {
            return get(server, key, slot, grants, asked, options);
        } finally {
            slot.end();
        }
    }

    private TokenResult get(
            AuthorizationServerMetadata server,
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
        SessionRecord present = found.record().orElse(null);
        TokenBinding binding = present == null
                ? bindings.create(server)
                : bindings.restore(present.binding().orElse(null));
        Found base = present == null ? found.orElse(SessionRecord.ofApplication(bindings.save(binding))) : found;
        TokenResponse response = request(server, slot, grants, asked, options, binding);
        Instant now = settings.clock.instant();
        Written written = store.change(key, base, before -> before.with(asked, response, now), true);
        written.failure().ifPresent(reason -> settings.tell(l -> l.sessionNotSaved(Optional.empty(), reason)));
        return shelf.fromServer(slot, asked, response, now, true, written);
    }

    private TokenResponse request(
            AuthorizationServerMetadata server,
            TokenMemory.Slot slot,
            Supplier<? extends Grant> grants,
            AskedFor asked,
            TokenOptions options,
            @Nullable TokenBinding binding) {
        try {
            Grant grant = GrantWithClaims.of(grants.get(), options);
            return tokenEndpoint.request(server, grant, asked.scopes(), asked.options(), binding);
        } catch (SignInRequiredException e) {
            slot.bury(e, settings.clock.millis() + REMEMBERED.toMillis());
            throw e;
        }
    }
}
