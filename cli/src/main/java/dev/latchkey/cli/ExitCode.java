package dev.latchkey.cli;

/** What the shell is told: one status for each thing that somebody can do about a failure. */
final class ExitCode {
    static final int OK = 0;
    static final int UNEXPECTED = 1;
    static final int USAGE = 2;
    static final int SIGN_IN = 3;
    static final int TEMPORARY = 4;
    static final int CONFIGURATION = 5;
    static final int INVALID_RESPONSE = 6;
    static final int DENIED = 7;
    static final int REQUEST = 8;
    static final int INTERRUPTED = 130;
    static final int OUTPUT_CLOSED = 141;

    /** For {@code --help}. */
    static final String[] LIST = {
        "0:success",
        "1:a mistake in latchkey itself",
        "2:a wrong option or argument",
        "3:sign-in needed: not finished, expired, or to be done again",
        "4:temporary: the network, the server or a limit; try again",
        "5:configuration: an option, the registration of the client, a secret",
        "6:invalid answer: what the server sent cannot be trusted or read",
        "7:denied: the user, an administrator or the server said no",
        "8:request: Graph does not know, or does not take, what was asked for",
        "130:interrupted",
        "141:standard output was closed",
    };

    private ExitCode() {}
}
