package dev.latchkey.auth.protocol;

import dev.latchkey.auth.error.InvalidResponseException;
import java.time.Instant;

/** The reference to an authorization request that was pushed (RFC 9126 §2.2). Immutable; it does not print the reference. */
public final class PushedRequest {

    private static final int MAX_LENGTH = 2048;

    private final String requestUri;
    private final Instant expiresAt;

    private PushedRequest(String requestUri, Instant expiresAt) {
        this.requestUri = requestUri;
        this.expiresAt = expiresAt;
    }

    /**
     * Decodes an answer.
     *
     * @param answer an answer that is no error
     * @param requestedAt the instant before the request was sent, from which the lifetime counts
     * @return the reference to the request
     * @throws InvalidResponseException if the status is not 201, or a member is missing or wrong; it names the member
     */
    public static PushedRequest decode(Answer answer, Instant requestedAt) {
        if (answer.status() != 201) {
            throw new InvalidResponseException(
                    "status",
                    answer.host(),
                    "is " + answer.status() + " and must be 201 for a pushed authorization request (RFC 9126 §2.2)");
        }
        String requestUri = answer.requiredText("request_uri");
        if (requestUri.length() > MAX_LENGTH || !requestUri.matches("[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")) {
            throw new InvalidResponseException(
                    "request_uri", answer.host(), "is not a URI of at most 2,048 characters");
        }
        long lifetime = answer.seconds("expires_in")
                .orElseThrow(() -> new InvalidResponseException("expires_in", answer.host(), "is missing"));
        if (lifetime == 0) {
            throw new InvalidResponseException("expires_in", answer.host(), "must be positive (RFC 9126 §2.2)");
        }
        return new PushedRequest(requestUri, requestedAt.plusSeconds(lifetime));
    }

    /**
     * Gives the reference.
     *
     * @return the value of {@code request_uri}, which is good once
     */
    public String requestUri() {
        return requestUri;
    }

    /**
     * Tells until when the reference is good.
     *
     * @return the instant after which the server does not know it any more
     */
    public Instant expiresAt() {
        return expiresAt;
    }

    @Override
    public String toString() {
        return "PushedRequest[expires " + expiresAt + "]";
    }
}
