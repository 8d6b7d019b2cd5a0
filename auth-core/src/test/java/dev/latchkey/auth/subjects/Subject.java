package dev.latchkey.auth.subjects;

import dev.latchkey.auth.identity.Account;

/** Whoever a token may be for. Users of the same name are at both issuers and in both tenants. */
final class Subject {

    private final String issuer;
    private final String tenant;
    private final String user;
    private final String session;

    Subject(String issuer, String tenant, String user, String session) {
        this.issuer = issuer;
        this.tenant = tenant;
        this.user = user;
        this.session = session;
    }

    String issuer() {
        return issuer;
    }

    String tenant() {
        return tenant;
    }

    String user() {
        return user;
    }

    String session() {
        return session;
    }

    Account account() {
        return Account.of(issuer, user).withTenant(tenant).withSession(session);
    }

    /** How the server's tokens name the subject. */
    String label() {
        return user + "#" + session + "@" + tenant + "@" + issuer;
    }

    @Override
    public String toString() {
        return label();
    }
}
