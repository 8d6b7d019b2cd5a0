package dev.latchkey.auth;

import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.session.Flights;
import dev.latchkey.auth.session.Found;
import dev.latchkey.auth.session.HeldToken;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.session.StoredToken;
import dev.latchkey.auth.session.TokenMemory;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Looks at the store when somebody else has changed a session of which there is a token at hand: a look of its own, which
 * does not wait for a flight of the session that may be waiting for the server.
 */
final class Doubts {

    // How long a store that cannot be asked is left alone.
    private static final Duration REST = Duration.ofSeconds(15);

    private final Settings settings;
    private final SessionStore store;
    private final Flights flights;
    private final TokenMemory memory;
    private final Shelf shelf;

    Doubts(Settings settings, SessionStore store, Flights flights, TokenMemory memory, Shelf shelf) {
        this.settings = settings;
        this.store = store;
        this.flights = flights;
        this.memory = memory;
        this.shelf = shelf;
    }

    /**
     * Looks, and trusts the token again if the store has it still. If the store cannot be asked the token outlives that, as
     * it does any other failure.
     *
     * @throws SignInRequiredException if the session has ended
     */
    void settle(Object owner, Supplier<SessionKey> key, AskedFor asked, HeldToken doubtful) {
        try {
            // Each doubt is looked into by a flight that begins after it came up.
            Flights.await(
                    flights.join(
                            List.of(Doubts.class, owner),
                            doubtful.doubt(),
                            () -> look(owner, key.get(), asked, doubtful)),
                    settings.timeout);
        } catch (SignInRequiredException e) {
            throw e;
        } catch (OAuthException e) {
            memory.postpone(owner, asked, settings.clock.millis(), REST);
        }
    }

    private boolean look(Object owner, SessionKey key, AskedFor asked, HeldToken doubtful) {
        Found found = owner instanceof Account ? store.find(key) : store.findReplaceable(key);
        if (found.isNothing() && owner instanceof Account) {
            memory.forget(owner);
            throw new SignInRequiredException(
                    "No session of this account in the token store; the user must sign in", null, null);
        }
        boolean same = found.record()
                .flatMap(record -> record.accessToken(asked, shelf::resource))
                .map(StoredToken::token)
                .filter(doubtful.token()::equals)
                .isPresent();
        if (same) {
            memory.trust(owner, doubtful, settings.clock.millis(), shelf.unwatched(found.isSaved()));
        }
        return same;
    }
}
