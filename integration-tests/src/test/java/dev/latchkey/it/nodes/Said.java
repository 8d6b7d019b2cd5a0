package dev.latchkey.it.nodes;

/** A line that a process said. */
final class Said {

    /** A caller was given a token that this process had not seen before: which. */
    static final String GENERATION = "generation";
    /** Keycloak granted a token: which, as read on the wire. */
    static final String GRANTED = "granted";
    /** The client told its listener of so many tokens that were granted. */
    static final String REDEEMED = "redeemed";
    /** A temporary failure: another attempt may help. */
    static final String FAILED = "failed";
    /** A token that nobody should have been given, or a failure that nothing accounts for. */
    static final String WRONG = "wrong";
    /** How many milliseconds the slowest call took. */
    static final String LONGEST = "longest";
    /** A refresh stands still where it was told to: whose, and where. */
    static final String STANDS = "stands";
    /** Everything went to its end. */
    static final String DONE = "done";
    /** The process is gone. */
    static final String GONE = "gone";

    final Node by;
    final String what;
    final String more;

    Said(Node by, String line) {
        int space = line.indexOf(' ');
        this.by = by;
        this.what = space < 0 ? line : line.substring(0, space);
        this.more = space < 0 ? "" : line.substring(space + 1);
    }

    boolean is(String other) {
        return what.equals(other);
    }

    int number() {
        return Integer.parseInt(more);
    }

    /** Says it, in the process itself. */
    static void say(String what, Object more) {
        System.out.println((what + " " + more).replace('\n', ' '));
    }

    @Override
    public String toString() {
        return by + " " + what + " " + more;
    }
}
