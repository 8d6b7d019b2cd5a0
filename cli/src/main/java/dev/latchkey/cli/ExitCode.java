package dev.latchkey.cli;

import java.util.LinkedHashMap;
import java.util.Map;

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

    private ExitCode() {}

    /** For {@code --help}: each status with its meaning, in order. */
    static Map<String, String> meanings() {
        Map<String, String> meanings = new LinkedHashMap<>();
        meanings.put("0", "success");
        meanings.put("1", "a mistake in latchkey itself");
        meanings.put("2", "a wrong option or argument");
        meanings.put("3", "sign-in needed: not finished, expired, or to be done again");
        meanings.put("4", "temporary: the network, the server or a limit; try again");
        meanings.put("5", "configuration: an option, the registration of the client, a secret");
        meanings.put("6", "invalid answer: what the server sent cannot be trusted or read");
        meanings.put("7", "denied: the user, an administrator or the server said no");
        meanings.put("8", "request: the service does not know, or does not take, what was asked for");
        meanings.put("130", "interrupted");
        meanings.put("141", "standard output was closed");
        return meanings;
    }
}
