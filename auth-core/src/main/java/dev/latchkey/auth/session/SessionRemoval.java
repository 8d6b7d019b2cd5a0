package dev.latchkey.auth.session;

import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.spi.TokenStoreException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A session that was taken out of the store, as it was at that instant. Immutable. */
public final class SessionRemoval {

    private static final int ATTEMPTS = 100;
    private static final int MAX_FAILURES = 3;

    private final boolean removed;
    private final @Nullable SessionRecord record;
    private final @Nullable TemporaryFailureException failure;

    private SessionRemoval(
            boolean removed, @Nullable SessionRecord record, @Nullable TemporaryFailureException failure) {
        this.removed = removed;
        this.record = record;
        this.failure = failure;
    }

    /**
     * Removes a session, whatever others make of it meanwhile: if another node has refreshed it, what that node wrote is
     * removed, and it is that refresh token which counts.
     *
     * @param sessions where it is
     * @param key the session
     * @return what was removed, or what was found and could not be removed
     * @throws TemporaryFailureException if the store cannot be read; then the session may still be there
     */
    public static SessionRemoval of(SessionStore sessions, SessionKey key) {
        Found tried = null;
        int failures = 0;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Found found;
            try {
                found = sessions.findReplaceable(key);
            } catch (TemporaryFailureException e) {
                if (tried == null) {
                    throw e;
                }
                return failed(tried, "it cannot be read", e);
            }
            if (found.isNothing()) {
                // Removed by an attempt that seemed to fail, if there was one.
                return new SessionRemoval(tried != null, tried == null ? null : tried.record, null);
            }
            if (!found.isSaved()) {
                // What the store has is older, and only this process knows the token that is to be revoked.
                return failed(found, "it does not take the session's last change", null);
            }
            try {
                if (sessions.remove(key, found)) {
                    return new SessionRemoval(true, found.record, null);
                }
            } catch (TokenStoreException e) {
                tried = found;
                if (++failures == MAX_FAILURES) {
                    return failed(found, e.getMessage(), e);
                }
            }
        }
        return failed(sessions.findReplaceable(key), "others kept writing the same session", null);
    }

    private static SessionRemoval failed(Found found, @Nullable String why, @Nullable Throwable cause) {
        return new SessionRemoval(
                false,
                found.record,
                new TemporaryFailureException(
                        "The session could not be removed from the token store (" + why
                                + "), so that it may still be there; sign out again",
                        true,
                        null,
                        cause));
    }

    /**
     * Tells why the session may still be there.
     *
     * @return the store's failure, or nothing if nothing is there any more
     */
    public Optional<TemporaryFailureException> failure() {
        return Optional.ofNullable(failure);
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
     * Gives what was removed, or could not be removed.
     *
     * @return the record, or nothing if there was none, or none that can be read
     */
    public Optional<SessionRecord> record() {
        return Optional.ofNullable(record);
    }

    @Override
    public String toString() {
        return "SessionRemoval[" + (record == null ? removed ? "unreadable" : "nothing" : record)
                + (failure == null ? "" : ", failed") + "]";
    }
}
