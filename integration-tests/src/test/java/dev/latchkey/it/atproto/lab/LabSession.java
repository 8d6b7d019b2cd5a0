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
    /** The key that it is bound to: the one that it was begun or last refreshed with. */
    ClientKey clientKey;

    String refreshToken;
    String accessToken;
    Instant expires;
    boolean alive = true;
    int refreshed;

    LabSession(Pushed request, ClientKey clientKey, String subject, String scope, Instant expires) {
        this.request = request;
        this.clientKey = clientKey;
        this.subject = subject;
        this.scope = scope;
        this.expires = expires;
        this.refreshToken = Ids.random();
        this.accessToken = Ids.random();
    }

    void rotate(ClientKey by, Instant until) {
        clientKey = by;
        used.add(refreshToken);
        refreshToken = Ids.random();
        accessToken = Ids.random();
        expires = until;
        refreshed++;
    }
}
