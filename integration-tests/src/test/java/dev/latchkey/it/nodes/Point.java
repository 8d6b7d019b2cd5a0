package dev.latchkey.it.nodes;

/** Where a refresh can be cut off, in the order in which it comes by. */
enum Point {
    /** The lease is taken, and nothing sent. */
    BEFORE_SENDING(0, false),
    /** The request is out, and Keycloak has dealt with it; nothing of the answer has been read. */
    AFTER_SENDING(1, false),
    /** The answer is there, and the client has not been given it. */
    AFTER_THE_ANSWER(1, false),
    /** The client knows the new tokens, and is about to write them. */
    BEFORE_THE_WRITE(1, false),
    /** The new tokens are written, and nobody has been given them. */
    AFTER_THE_WRITE(1, true);

    /** How many refresh tokens Keycloak has redeemed by then. */
    final int redeemed;
    /** Whether others can go on as if nothing had happened. */
    final boolean isSafe;

    Point(int redeemed, boolean isSafe) {
        this.redeemed = redeemed;
        this.isSafe = isSafe;
    }
}
