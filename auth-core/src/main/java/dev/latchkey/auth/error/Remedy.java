package dev.latchkey.auth.error;

/** What a caller can do about a failure. */
public enum Remedy {
    /** Have the user sign in again. */
    SIGN_IN,
    /** Wait, and try again. */
    RETRY,
    /** Mend the configuration of the client, or its registration at the server. */
    FIX_CONFIGURATION,
    /** Give up: trying again would end the same way. */
    STOP
}
