package dev.latchkey.auth.authorize;

import dev.latchkey.auth.grant.AuthReqId;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** A user whom the server asks on a device of the user's own (CIBA Core §7.3). Immutable; it does not print its name. */
public final class BackchannelAuthentication {

    private final AuthReqId authReqId;
    private final BackchannelRequest request;
    private final Instant expiresAt;
    private final Duration interval;

    private BackchannelAuthentication(
            AuthReqId authReqId, BackchannelRequest request, Instant expiresAt, Duration interval) {
        this.authReqId = Objects.requireNonNull(authReqId, "authReqId");
        this.request = Objects.requireNonNull(request, "request");
        this.expiresAt = Objects.requireNonNull(expiresAt, "expiresAt");
        this.interval = Objects.requireNonNull(interval, "interval");
    }

    /**
     * Describes an authentication under way.
     *
     * @param authReqId its name at the server
     * @param request what was asked for
     * @param expiresAt until when the user may answer
     * @param interval how long to wait between two polls
     * @return the authentication
     */
    public static BackchannelAuthentication of(
            AuthReqId authReqId, BackchannelRequest request, Instant expiresAt, Duration interval) {
        return new BackchannelAuthentication(authReqId, request, expiresAt, interval);
    }

    /**
     * Gives its name at the server, which a notification repeats.
     *
     * @return the {@code auth_req_id}
     */
    public AuthReqId authReqId() {
        return authReqId;
    }

    /**
     * Tells what was asked for.
     *
     * @return the request
     */
    public BackchannelRequest request() {
        return request;
    }

    /**
     * Tells until when the user may answer.
     *
     * @return the instant
     */
    public Instant expiresAt() {
        return expiresAt;
    }

    /**
     * Tells how long to wait between two polls.
     *
     * @return the interval
     */
    public Duration interval() {
        return interval;
    }

    @Override
    public String toString() {
        return "BackchannelAuthentication[" + request.scopes() + ", expires " + expiresAt + "]";
    }
}
