package dev.latchkey.auth.session;

import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.token.AccessToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A session that was taken out of the store, as it was at that instant. Immutable. */
public final class SessionRemoval {

    private static final int ATTEMPTS = 100;
    private static final SessionRemoval NOTHING = new SessionRemoval(false, null);

    private final boolean removed;
    private final @Nullable SessionRecord record;

    private SessionRemoval(boolean removed, @Nullable SessionRecord record) {
        this.removed = removed;
        this.record = record;
    }

    /**
     * Removes a session, whatever others make of it meanwhile: if another node has refreshed it, what that node wrote is
     * removed, and it is that refresh token which counts.
     *
     * @param sessions where it is
     * @param key the session
     * @return what was removed
     * @throws TemporaryFailureException if the store failed; then the session may still be there
     */
    public static SessionRemoval of(SessionStore sessions, SessionKey key) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Found found = sessions.findReplaceable(key);
            if (found.isNothing()) {
                return NOTHING;
            }
            if (!found.isSaved()) {
                // What the store has is older, and only this process knows the token that is to be revoked.
                throw failed("it does not take the session's last change", null);
            }
            try {
                if (sessions.remove(key, found)) {
                    return new SessionRemoval(true, found.record().orElse(null));
                }
            } catch (TokenStoreException e) {
                throw failed(e.getMessage(), e);
            }
        }
        throw failed("others kept writing the same session", null);
    }

    private static TemporaryFailureException failed(@Nullable String why, @Nullable Throwable cause) {
        return new TemporaryFailureException(
                "The session could not be removed from the token store (" + why
                        + ") and nothing was sent; sign out again",
                true,
                null,
                cause);
    }

    /**
     * Tells whether there was anything.
     *
     * @return true if something was removed, be it readable or not
     */
    public boolean hasRemoved() {
        return removed;
    }

    /**
     * Gives what was removed.
     *
     * @return the record, or nothing if there was none, or none that can be read
     */
    public Optional<SessionRecord> record() {
        return Optional.ofNullable(record);
    }

    /**
     * Gives the access tokens of what was removed.
     *
     * @return the tokens, expired ones among them
     */
    public List<AccessToken> accessTokens() {
        List<AccessToken> tokens = new ArrayList<>();
        if (record != null) {
            record.accessTokens.values().forEach(each -> tokens.add(each.token()));
        }
        return tokens;
    }

    @Override
    public String toString() {
        return "SessionRemoval[" + (record == null ? removed ? "unreadable" : "nothing" : record) + "]";
    }
}
