package dev.latchkey.auth;

import java.util.Objects;

/** What became of a sign-out. Immutable. */
public final class SignOutResult {

    private final boolean removed;
    private final Revocation revocation;

    private SignOutResult(boolean removed, Revocation revocation) {
        this.removed = removed;
        this.revocation = Objects.requireNonNull(revocation, "revocation");
    }

    static SignOutResult of(boolean removed, Revocation revocation) {
        return new SignOutResult(removed, revocation);
    }

    /**
     * Tells whether there was a session.
     *
     * @return true if it was removed; false if there was none, because somebody else had removed it or nobody signed in
     */
    public boolean wasSignedIn() {
        return removed;
    }

    /**
     * Tells what became of its tokens at the server.
     *
     * @return the revocation
     */
    public Revocation revocation() {
        return revocation;
    }

    @Override
    public String toString() {
        return "SignOutResult[" + (removed ? "removed" : "no session") + ", " + revocation + "]";
    }
}
