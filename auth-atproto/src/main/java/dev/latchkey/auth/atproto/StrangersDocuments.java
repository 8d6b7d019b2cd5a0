package dev.latchkey.auth.atproto;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.exchange.BackChannel;
import dev.latchkey.auth.exchange.Documents;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Fetches from addresses that strangers have chosen: https only, no user information, no address inside the house, a cap, a
 * time-out, and no redirect except where a handle is looked up.
 */
final class StrangersDocuments {

    private static final int MAX_DOCUMENT = 32 * 1024;
    private static final int MAX_TEXT = 4 * 1024;
    private static final int MAX_REDIRECTS = 3;

    private final HttpTransport transport;
    private final Documents documents;
    private final boolean development;
    private final Duration timeout;

    private StrangersDocuments(HttpTransport transport, boolean development, Duration timeout) {
        this.transport = transport;
        this.documents = new Documents(new BackChannel(transport, development));
        this.development = development;
        this.timeout = timeout;
    }

    /**
     * Makes a fetcher.
     *
     * @throws ConfigurationException if the transport does not keep address policies
     */
    static StrangersDocuments over(HttpTransport transport, boolean development, Duration timeout) {
        return new StrangersDocuments(restricted(transport, development), development, timeout);
    }

    /**
     * Puts the policy for strangers' addresses on a transport.
     *
     * @throws ConfigurationException if the transport does not keep address policies
     */
    static HttpTransport restricted(HttpTransport transport, boolean development) {
        if (!transport.honoursAddressPolicy()) {
            throw new ConfigurationException(
                    "transport",
                    "does not honour address policies, so that any handle could lead it to addresses inside your network;"
                            + " use one that does, such as ApacheTransport.create()");
        }
        return (development ? AddressPolicy.dangerouslyAllowingLoopback() : AddressPolicy.publicOnly()).on(transport);
    }

    boolean development() {
        return development;
    }

    /**
     * Fetches a JSON object.
     *
     * @return its members, or nothing if the server answers with 404 or 410
     * @throws OAuthException if there is anything but status 200, an object, and a type that is allowed
     */
    Optional<Map<String, @Nullable Object>> json(URI location, String name, String... types) {
        return json(location, name, status -> status == 404 || status == 410, types);
    }

    /** Fetches a JSON object, which is not there if the server answers with such a status. */
    Optional<Map<String, @Nullable Object>> json(URI location, String name, IntPredicate absent, String... types) {
        requireSafe(location, name);
        Optional<ByteBuffer> body = documents.find(location, name, List.of(types), MAX_DOCUMENT, timeout, absent);
        if (body.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.object(body.get()));
        } catch (JsonFault e) {
            throw new InvalidResponseException(e.field(), location.getHost(), e.problem());
        }
    }

    /** Tells with which status a server answers, and reads no more of it. */
    int status(URI location) throws TransportException {
        TransportRequest request = TransportRequest.builder("GET", location)
                .timeout(timeout)
                .header("Accept", "application/json")
                .build();
        try (TransportResponse response = transport.send(request)) {
            return response.status();
        }
    }

    /**
     * Fetches a short text, over a few redirects, each of which goes to https at its ordinary port.
     *
     * @return the text without spaces around it, or nothing if the server, or one that it led to, has none
     * @throws TransportException if one does not answer, says that it cannot now, or must not be asked
     */
    Optional<String> text(URI location) throws TransportException {
        URI at = location;
        long begin = System.nanoTime();
        for (int redirects = 0; ; redirects++) {
            Duration left = redirects == 0 ? timeout : timeout.minusNanos(System.nanoTime() - begin);
            if (left.isNegative() || left.isZero()) {
                throw new TransportException(
                        TransportException.Kind.DEADLINE,
                        TransportException.Delivery.NOT_SENT,
                        "The redirects of " + location.getHost() + " took all the time there was",
                        null);
            }
            TransportRequest request = TransportRequest.builder("GET", at)
                    .timeout(left)
                    .header("Accept", "text/plain, */*;q=0.1")
                    .build();
            try (TransportResponse response = transport.send(request)) {
                int status = response.status();
                if (status >= 200 && status < 300) {
                    return body(response);
                }
                if (status == 408 || status == 429 || status >= 500) {
                    throw new TransportException(
                            TransportException.Kind.EXCHANGE,
                            TransportException.Delivery.UNKNOWN,
                            at.getHost() + " answered with status " + status,
                            null);
                }
                URI next = status < 400 ? next(at, response) : null;
                if (next == null || redirects == MAX_REDIRECTS) {
                    return Optional.empty();
                }
                at = next;
            }
        }
    }

    private static Optional<String> body(TransportResponse response) throws TransportException {
        if (response.headers()
                .first("content-encoding")
                .filter(each -> !each.equalsIgnoreCase("identity"))
                .isPresent()) {
            return Optional.empty();
        }
        try {
            byte[] bytes = response.body().readNBytes(MAX_TEXT + 1);
            return bytes.length > MAX_TEXT
                    ? Optional.empty()
                    : Optional.of(new String(bytes, StandardCharsets.UTF_8).trim());
        } catch (TransportException e) {
            throw e;
        } catch (IOException e) {
            throw new TransportException(
                    TransportException.Kind.EXCHANGE,
                    TransportException.Delivery.UNKNOWN,
                    "The answer could not be read",
                    e);
        }
    }

    private @Nullable URI next(URI from, TransportResponse response) {
        try {
            String location = response.headers().first("location").orElse("");
            URI to = from.resolve(URI.create(location));
            boolean port = development || to.getPort() < 0 || to.getPort() == 443;
            boolean plain = to.getHost() != null && to.getRawUserInfo() == null && to.getRawFragment() == null;
            return !location.isEmpty() && plain && port && ServerOrigin.isSafe(to, development) ? to : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private void requireSafe(URI location, String name) {
        if (location.getHost() == null
                || location.getRawUserInfo() != null
                || !ServerOrigin.isSafe(location, development)) {
            throw new InvalidResponseException(
                    name, String.valueOf(location.getHost()), "must be an https address without user information");
        }
    }
}
