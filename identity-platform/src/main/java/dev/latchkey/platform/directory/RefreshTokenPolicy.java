package dev.latchkey.platform.directory;

/** What becomes of a refresh token when it is redeemed. */
public enum RefreshTokenPolicy {
    /** A new one comes back and the old one dies; redeeming the old one again revokes the whole family. */
    ROTATE,
    /** A new one comes back and the old one stays good, as at Microsoft. */
    REISSUE,
    /** None comes back and the old one stays good (RFC 6749 §6 allows it). */
    KEEP
}
