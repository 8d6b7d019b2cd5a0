package dev.latchkey.auth.session;

import dev.latchkey.auth.spi.TokenStoreException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of a change to a session. Immutable. */
public final class Written {

    /** The store has it. */
    public static final Written SAVED = new Written(Kind.SAVED, null, null);
    /** The session had moved on, and the change was not for what is there now. */
    public static final Written SUPERSEDED = new Written(Kind.SUPERSEDED, null, null);
    /** The session had been removed, and stays removed. */
    public static final Written GONE = new Written(Kind.GONE, null, null);

    private final Kind kind;
    private final @Nullable TokenStoreException failure;

    private final @Nullable SessionRecord replaced;

    private Written(Kind kind, @Nullable TokenStoreException failure, @Nullable SessionRecord replaced) {
        this.kind = kind;
        this.failure = failure;
        this.replaced = replaced;
    }

    static Written saved(@Nullable SessionRecord replaced) {
        return replaced == null ? SAVED : new Written(Kind.SAVED, null, replaced);
    }

    static Written unsaved(TokenStoreException failure, @Nullable SessionRecord replaced) {
        return new Written(Kind.UNSAVED, failure, replaced);
    }

    /** What can become of a change. */
    private enum Kind {
        SAVED,
        SUPERSEDED,
        GONE,
        UNSAVED
    }

    /**
     * Tells whether the change is part of the session now, be it in the store or only held in memory.
     *
     * @return false if the session moved on or was removed
     */
    public boolean isCurrent() {
        return kind == Kind.SAVED || kind == Kind.UNSAVED;
    }

    /**
     * Tells whether the session has been removed.
     *
     * @return true if it was, by somebody else
     */
    public boolean isGone() {
        return kind == Kind.GONE;
    }

    /**
     * Tells why the store does not have the change.
     *
     * @return what the store said, if it failed; the change is held in memory then
     */
    public Optional<TokenStoreException> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * Gives the session in whose place a new sign-in was written.
     *
     * @return the record, or nothing if there was none, or none that can be read
     */
    public Optional<SessionRecord> replaced() {
        return Optional.ofNullable(replaced);
    }

    @Override
    public String toString() {
        return "Written[" + kind + "]";
    }
}
