package dev.latchkey.auth.authorize;

import java.util.Objects;

/**
 * What the server shall ask of the user (OpenID Connect Core §3.1.2.1). Immutable; further values are made with {@link #of}.
 */
public final class Prompt {

    /** Nothing: without a session at the server, the answer is an error. */
    public static final Prompt NONE = new Prompt("none");

    /** To sign in, also with a session at the server. */
    public static final Prompt LOGIN = new Prompt("login");

    /** To consent, also where consent was given before. */
    public static final Prompt CONSENT = new Prompt("consent");

    /** To choose an account. */
    public static final Prompt SELECT_ACCOUNT = new Prompt("select_account");

    /** To create an account. */
    public static final Prompt CREATE = new Prompt("create");

    private final String value;

    private Prompt(String value) {
        this.value = value;
    }

    /**
     * Makes a prompt.
     *
     * @param value its registered value; several have a space between them
     * @return the prompt
     * @throws IllegalArgumentException if the value cannot be one
     */
    public static Prompt of(String value) {
        Objects.requireNonNull(value, "value");
        if (!value.matches("[a-z_]+( [a-z_]+)*")) {
            throw new IllegalArgumentException("value must be lower-case words with one space between each two");
        }
        return new Prompt(value);
    }

    /**
     * Gives the value as it stands on the wire.
     *
     * @return the value of {@code prompt}
     */
    public String value() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Prompt && value.equals(((Prompt) other).value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
