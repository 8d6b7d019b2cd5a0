package dev.latchkey.it.atproto.lab;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/** A session at an authorization server. All of it is guarded by the lock of its {@link Grants}. */
final class LabSession {

    final Pushed request;
    final String subject;
    final String scope;
    final Set<String> used = new HashSet<>();
    String refreshToken;
    String accessToken;
    Instant expires;
    boolean alive = true;
    int refreshed;

    LabSession(Pushed request, String subject, String scope, Instant expires) {
        this.request = request;
        this.subject = subject;
        this.scope = scope;
        this.expires = expires;
        this.refreshToken = Ids.random();
        this.accessToken = Ids.random();
    }

    void rotate(Instant until) {
        used.add(refreshToken);
        refreshToken = Ids.random();
        accessToken = Ids.random();
        expires = until;
        refreshed++;
    }
}
