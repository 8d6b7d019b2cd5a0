package dev.latchkey.auth.identity;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the account of a sign-in gets its name: from the server, or, where the server names nobody, from the application.
 * Immutable.
 */
public final class AccountNaming {

    private static final AccountNaming BY_SERVER = new AccountNaming(null, "");

    private final @Nullable String subject;
    private final String session;

    private AccountNaming(@Nullable String subject, String session) {
        this.subject = subject;
        this.session = Objects.requireNonNull(session, "session");
    }

    /**
     * The server names the subject, in an ID token or in a way that its profile knows.
     *
     * @return the naming
     */
    public static AccountNaming byServer() {
        return BY_SERVER;
    }

    /**
     * The application names the subject, because the server does not. A server that names another is an error.
     *
     * @param subject an identifier that is never used for another person
     * @return the naming
     */
    public static AccountNaming subject(String subject) {
        Objects.requireNonNull(subject, "subject");
        if (subject.isEmpty()) {
            throw new IllegalArgumentException("subject must not be empty");
        }
        return new AccountNaming(subject, "");
    }

    /**
     * Names the session too, so that two of one subject are kept apart.
     *
     * @param session the session's name
     * @return a new naming
     */
    public AccountNaming session(String session) {
        return new AccountNaming(subject, session);
    }

    /**
     * Tells the subject that the application named.
     *
     * @return the subject, or nothing if the server names it
     */
    public Optional<String> subject() {
        return Optional.ofNullable(subject);
    }

    /**
     * Tells the session's name.
     *
     * @return the name, empty by default
     */
    public String session() {
        return session;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AccountNaming
                && Objects.equals(subject, ((AccountNaming) other).subject)
                && session.equals(((AccountNaming) other).session);
    }

    @Override
    public int hashCode() {
        return Objects.hash(subject, session);
    }

    @Override
    public String toString() {
        return "AccountNaming[" + (subject == null ? "by server" : subject)
                + (session.isEmpty() ? "" : ", session " + session) + "]";
    }
}
