package dev.latchkey.auth.identity;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who signed in: a subject at an issuer, and the session's name where one browser of theirs is kept apart from
 * another.
 *
 * <p>Issuer, subject, tenant and session name identify the account; the user name is for display, may change, and does
 * not take part in equality. Immutable.
 */
public final class Account {

    private final String issuer;
    private final String subject;
    private final @Nullable String tenant;
    private final @Nullable String username;
    private final String session;

    private Account(String issuer, String subject, @Nullable String tenant, @Nullable String username, String session) {
        this.issuer = Objects.requireNonNull(issuer, "issuer");
        this.subject = Objects.requireNonNull(subject, "subject");
        // No tenant and an empty one would be two accounts of one session.
        this.tenant = tenant == null || tenant.isEmpty() ? null : tenant;
        this.username = username;
        this.session = Objects.requireNonNull(session, "session");
        if (issuer.isEmpty()) {
            throw new IllegalArgumentException("issuer must not be empty");
        }
        if (subject.isEmpty()) {
            throw new IllegalArgumentException("subject must not be empty");
        }
    }

    /**
     * Names an account.
     *
     * @param issuer who knows the subject
     * @param subject the subject's identifier there, never used for another person
     * @return the account, without a tenant, a user name and a session name
     */
    public static Account of(String issuer, String subject) {
        Objects.requireNonNull(issuer, "issuer");
        Objects.requireNonNull(subject, "subject");
        return new Account(issuer, subject, null, null, "");
    }

    /**
     * Reads an account from an ID token's claims: {@code iss} and {@code sub}, and {@code preferred_username} to show.
     *
     * @param claims the claims
     * @return the account
     */
    public static Account of(IdTokenClaims claims) {
        Objects.requireNonNull(claims, "claims");
        Account account = of(claims.issuer(), claims.subject());
        return claims.text("preferred_username").map(account::withUsername).orElse(account);
    }

    /**
     * Adds the tenant.
     *
     * @param tenant the organisation within the issuer
     * @return a new account
     */
    public Account withTenant(String tenant) {
        return new Account(issuer, subject, tenant, username, session);
    }

    /**
     * Adds a name to show.
     *
     * @param username the name
     * @return a new account
     */
    public Account withUsername(String username) {
        return new Account(issuer, subject, tenant, username, session);
    }

    /**
     * Names the session.
     *
     * @param session tells two sessions of one subject apart; empty where there is one
     * @return a new account
     */
    public Account withSession(String session) {
        return new Account(issuer, subject, tenant, username, session);
    }

    /**
     * Tells who knows the subject.
     *
     * @return the issuer
     */
    public String issuer() {
        return issuer;
    }

    /**
     * Tells who it is.
     *
     * @return the subject's identifier at the issuer
     */
    public String subject() {
        return subject;
    }

    /**
     * Tells the organisation within the issuer.
     *
     * @return the tenant, or nothing
     */
    public Optional<String> tenant() {
        return Optional.ofNullable(tenant);
    }

    /**
     * Tells a name to show, which identifies nobody.
     *
     * @return the user name, or nothing
     */
    public Optional<String> username() {
        return Optional.ofNullable(username);
    }

    /**
     * Tells the session.
     *
     * @return the session's name; empty where there is one session for each subject
     */
    public String session() {
        return session;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Account
                && issuer.equals(((Account) other).issuer)
                && subject.equals(((Account) other).subject)
                && Objects.equals(tenant, ((Account) other).tenant)
                && session.equals(((Account) other).session);
    }

    @Override
    public int hashCode() {
        // By hand, since each look-up of a token needs it and an argument array is an allocation.
        return 31 * (31 * (31 * issuer.hashCode() + subject.hashCode()) + Objects.hashCode(tenant))
                + session.hashCode();
    }

    @Override
    public String toString() {
        // A user's name must not be able to begin a new line in a log.
        return ("Account[" + subject + " at " + issuer
                        + (tenant == null ? "" : ", tenant " + tenant)
                        + (username == null ? "" : ", " + username)
                        + (session.isEmpty() ? "" : ", session " + session) + "]")
                .replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }
}
