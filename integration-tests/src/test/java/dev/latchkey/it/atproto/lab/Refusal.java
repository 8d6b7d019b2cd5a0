package dev.latchkey.it.atproto.lab;

import org.jspecify.annotations.Nullable;

/** A request is not granted: a rule was broken, or a nonce is demanded, which is no fault of the client's. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    /** The code of a nonce demand. */
    static final String USE_NONCE = "use_dpop_nonce";

    private final @Nullable Rule rule;
    private final int status;
    private final String error;

    private Refusal(@Nullable Rule rule, int status, String error, String description) {
        super(description);
        this.rule = rule;
        this.status = status;
        this.error = error;
    }

    static Refusal of(Rule rule, String error) {
        return of(rule, 400, error);
    }

    static Refusal of(Rule rule, int status, String error) {
        return new Refusal(rule, status, error, rule.id() + ": " + rule.text());
    }

    static Refusal nonce() {
        return new Refusal(null, 400, USE_NONCE, "a nonce of this server is required in the proof");
    }

    static Refusal foreignNonce() {
        return of(Rule.NONCE_OF_ANOTHER_SERVER, USE_NONCE);
    }

    /** Refuses unless the rule is kept. */
    static void unless(boolean kept, Rule rule, String error) throws Refusal {
        if (!kept) {
            throw of(rule, error);
        }
    }

    @Nullable
    Rule rule() {
        return rule;
    }

    int status() {
        return status;
    }

    String error() {
        return error;
    }

    String description() {
        return String.valueOf(getMessage());
    }
}
