package dev.latchkey.auth.http;

import dev.latchkey.auth.error.Challenge;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.exchange.BackChannel;
import dev.latchkey.auth.metadata.ProtectedResourceMetadata;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.BackChannelRequests;
import dev.latchkey.auth.protocol.Challenges;
import dev.latchkey.auth.protocol.ErrorResponses;
import dev.latchkey.auth.protocol.Origin;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportHeaders;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Finds out which authorization servers a resource trusts (RFC 9728): at the resource's well-known address, or where its
 * challenge points.
 *
 * <p>Documents are fetched over https, without a redirect, and must name the resource that was asked, so that no resource
 * can pass itself off as another one and have its tokens. Safe for use by any number of threads; keeps nothing.
 */
public final class ProtectedResources {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String NAME = "resource metadata";
    private static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

    private final BackChannel backChannel;
    private final Duration timeout;

    private ProtectedResources(BackChannel backChannel, Duration timeout) {
        this.backChannel = backChannel;
        this.timeout = timeout;
    }

    /**
     * Fetches over a transport, each document within 30 seconds.
     *
     * @param transport moves the bytes
     * @return the fetcher
     */
    public static ProtectedResources over(HttpTransport transport) {
        return new ProtectedResources(new BackChannel(Objects.requireNonNull(transport, "transport"), false), TIMEOUT);
    }

    /**
     * Lets documents be fetched from this machine without TLS, for tests alone.
     *
     * @param transport moves the bytes
     * @return the fetcher
     */
    public static ProtectedResources dangerouslyAllowingHttp(HttpTransport transport) {
        return new ProtectedResources(new BackChannel(Objects.requireNonNull(transport, "transport"), true), TIMEOUT);
    }

    /**
     * Changes how long a document may take.
     *
     * @param timeout a positive duration
     * @return a new fetcher
     */
    public ProtectedResources timeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new ConfigurationException("timeout", "must be positive");
        }
        return new ProtectedResources(backChannel, timeout);
    }

    /**
     * Reads the challenges of a response (RFC 9110 §11.6.1). What cannot be read is passed over.
     *
     * @param headers the response's headers
     * @return the challenges in order
     */
    public static List<Challenge> challenges(TransportHeaders headers) {
        return Challenges.parse(Objects.requireNonNull(headers, "headers").all("www-authenticate"));
    }

    /**
     * Fetches the metadata of a resource (RFC 9728 §3.1): the well-known path goes between the host and the resource's own
     * path.
     *
     * @param resource the resource's identifier
     * @return its metadata
     * @throws InvalidResponseException if the document is malformed or names another resource
     * @throws ConfigurationException if there is none, or the address is not https
     * @throws TemporaryFailureException if it cannot be had now
     */
    public ProtectedResourceMetadata fetch(URI resource) {
        requireIdentifier(resource);
        String path = resource.getRawPath() == null || resource.getRawPath().equals("/") ? "" : resource.getRawPath();
        String query = resource.getRawQuery() == null ? "" : "?" + resource.getRawQuery();
        URI location =
                URI.create(resource.getScheme() + "://" + resource.getRawAuthority() + WELL_KNOWN + path + query);
        return fetch(location, resource.toString());
    }

    /**
     * Fetches the metadata that a resource's challenge points to (RFC 9728 §5.1).
     *
     * @param request the address that was asked and answered with the challenge, which the document must name
     * @param challenge the challenge, with {@code resource_metadata}
     * @return the metadata
     * @throws InvalidResponseException if the challenge points to another origin, or the document is malformed or names
     *     another resource
     * @throws ConfigurationException if there is none, or the address is not https
     * @throws TemporaryFailureException if it cannot be had now
     */
    public ProtectedResourceMetadata fetch(URI request, Challenge challenge) {
        String text = challenge
                .parameter("resource_metadata")
                .orElseThrow(() -> new InvalidResponseException(
                        "resource_metadata", request.getHost(), "is missing from the challenge"));
        URI location;
        try {
            location = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidResponseException("resource_metadata", request.getHost(), "is not a URI", null, e);
        }
        if (location.getHost() == null || !Origin.of(location).equals(Origin.of(request))) {
            throw new InvalidResponseException(
                    "resource_metadata",
                    request.getHost(),
                    "points to another origin than the resource's own, which could name any authorization server");
        }
        return fetch(location, request.toString());
    }

    private ProtectedResourceMetadata fetch(URI location, String resource) {
        Answer answer = backChannel.send(BackChannelRequests.get(location, "application/json", timeout), NAME);
        if (answer.status() != 200) {
            throw refusal(answer);
        }
        ProtectedResourceMetadata metadata;
        try {
            metadata = ProtectedResourceMetadata.of(answer.members());
        } catch (IllegalArgumentException e) {
            throw new InvalidResponseException(NAME, answer.host(), String.valueOf(e.getMessage()), null, e);
        }
        if (!metadata.resource().equals(resource)) {
            throw new InvalidResponseException(
                    "resource",
                    answer.host(),
                    "the document names another resource than the one that was asked (RFC 9728 §3.3 compares character"
                            + " by character)");
        }
        return metadata;
    }

    private static RuntimeException refusal(Answer answer) {
        // The instant is for a Retry-After that is a date alone; without a clock such a date says nothing.
        var error = ErrorResponses.decode(answer, Instant.MAX);
        int status = error.status();
        if (status == 408 || status == 429 || status >= 500) {
            return new TemporaryFailureException("No resource metadata now (" + error + ")", true, error, null);
        }
        return new ConfigurationException(
                NAME, "there is none at " + answer.host() + " (status " + status + ")", error, null);
    }

    private static void requireIdentifier(URI resource) {
        if (!resource.isAbsolute() || resource.getHost() == null || resource.getRawFragment() != null) {
            throw new ConfigurationException(
                    "resource", "must be an absolute URI with a host and without a fragment (RFC 9728 §1.2)");
        }
    }
}
