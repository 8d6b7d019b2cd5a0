package dev.latchkey.it.nodes;

/** A line that a process said. */
public final class Said {

    /** A caller was given a token that this process had not seen before: which. */
    public static final String GENERATION = "generation";
    /** Keycloak granted a token: which, as read on the wire. */
    public static final String GRANTED = "granted";
    /** The client told its listener of so many tokens that were granted. */
    public static final String REDEEMED = "redeemed";
    /** A temporary failure: another attempt may help. */
    public static final String FAILED = "failed";
    /** A token that nobody should have been given, or a failure that nothing accounts for. */
    public static final String WRONG = "wrong";
    /** How many milliseconds the slowest call took. */
    public static final String LONGEST = "longest";
    /** A refresh stands still where it was told to: whose, and where. */
    public static final String STANDS = "stands";
    /** Everything went to its end. */
    public static final String DONE = "done";
    /** The process is gone. */
    public static final String GONE = "gone";

    public final Node by;
    public final String what;
    public final String more;

    Said(Node by, String line) {
        int space = line.indexOf(' ');
        this.by = by;
        this.what = space < 0 ? line : line.substring(0, space);
        this.more = space < 0 ? "" : line.substring(space + 1);
    }

    /** Whether it is that. */
    public boolean is(String other) {
        return what.equals(other);
    }

    int number() {
        return Integer.parseInt(more);
    }

    /** Says it, in the process itself. */
    public static void say(String what, Object more) {
        System.out.println((what + " " + more).replace('\n', ' '));
    }

    @Override
    public String toString() {
        return by + " " + what + " " + more;
    }
}
