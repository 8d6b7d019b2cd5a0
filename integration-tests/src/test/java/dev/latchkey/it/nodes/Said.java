package dev.latchkey.it.nodes;

/** A line that a node said. */
final class Said {

    /** A token was seen for the first time, by the end of its signature. */
    static final String GENERATION = "generation";
    /** The refresh token is about to be sent. */
    static final String SENDS = "sends";
    /** The server has answered, and nothing is stored yet. */
    static final String ANSWERED = "answered";
    /** The user must sign in. */
    static final String ENDED = "ended";
    /** A temporary failure: another attempt may help. */
    static final String FAILED = "failed";
    /** A token that nobody should have been given, or a failure that nothing accounts for. */
    static final String WRONG = "wrong";
    /** How many refresh tokens this node has redeemed. */
    static final String REDEEMED = "redeemed";
    /** How many milliseconds the slowest call took. */
    static final String LONGEST = "longest";
    /** Everything went to its end. */
    static final String DONE = "done";
    /** The process is gone. */
    static final String GONE = "gone";

    final Node by;
    final String what;
    final String more;
    final long nanos;

    Said(Node by, String line, long nanos) {
        int space = line.indexOf(' ');
        this.by = by;
        this.what = space < 0 ? line : line.substring(0, space);
        this.more = space < 0 ? "" : line.substring(space + 1);
        this.nanos = nanos;
    }

    boolean is(String other) {
        return what.equals(other);
    }

    int number() {
        return Integer.parseInt(more);
    }

    @Override
    public String toString() {
        return by + " " + what + " " + more;
    }
}
