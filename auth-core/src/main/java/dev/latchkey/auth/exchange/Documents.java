package dev.latchkey.auth.exchange;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Fetches documents that a server publishes, as bytes: https, no redirect, a cap, and the right content type. */
public final class Documents {

    private final BackChannel channel;

    /**
     * Makes a fetcher.
     *
     * @param channel sends the requests
     */
    public Documents(BackChannel channel) {
        this.channel = channel;
    }

    /**
     * Fetches a document.
     *
     * @param location where it is
     * @param name what the location is called in the metadata
     * @param types the content types that it may have, in lower case, the best one first
     * @param cap how many bytes it may have, after decompression
     * @param timeout how long the exchange may take
     * @return the document
     * @throws OAuthException if there is none, or none that can be used
     */
    public ByteBuffer fetch(URI location, String name, List<String> types, int cap, Duration timeout) {
        return find(location, name, types, cap, timeout).orElseThrow(() -> absent(name, location.getHost()));
    }

    /**
     * Fetches a document that may not be there.
     *
     * @param location where it would be
     * @param name what the location is called in the metadata
     * @param types the content types that it may have, in lower case, the best one first
     * @param cap how many bytes it may have, after decompression
     * @param timeout how long the exchange may take
     * @return the document, or nothing if the server answers with status 404 or 410
     * @throws OAuthException if it answers with anything else, or not at all
     */
    public Optional<ByteBuffer> find(URI location, String name, List<String> types, int cap, Duration timeout) {
        return find(location, name, types, cap, timeout, status -> status == 404 || status == 410);
    }

    /**
     * Fetches a document that may not be there, as some status says.
     *
     * @param location where it would be
     * @param name what the location is called in the metadata
     * @param types the content types that it may have, in lower case, the best one first
     * @param cap how many bytes it may have, after decompression
     * @param timeout how long the exchange may take
     * @param absent tells by the status whether there is none
     * @return the document, or nothing if the server answers with such a status
     * @throws OAuthException if it answers with anything else, or not at all
     */
    public Optional<ByteBuffer> find(
            URI location, String name, List<String> types, int cap, Duration timeout, IntPredicate absent) {
        channel.requireHttps(location, name);
        String host = location.getHost();
        TransportRequest request = TransportRequest.builder("GET", location)
                .timeout(timeout)
                .header("Accept", String.join(", ", types))
                .build();
        try (TransportResponse response = channel.transport().send(request)) {
            if (absent.test(response.status())) {
                return Optional.empty();
            }
            if (response.status() != 200) {
                throw refusal(response.status(), name, host);
            }
            String type = response.headers().first("content-type").orElse("");
            int semicolon = type.indexOf(';');
            String bare =
                    (semicolon < 0 ? type : type.substring(0, semicolon)).trim().toLowerCase(Locale.ROOT);
            if (!types.contains(bare)) {
                throw new InvalidResponseException(
                        "content-type",
                        host,
                        "the " + name + " answered with " + (bare.matches("[!-~]{1,64}") ? bare : "no readable type")
                                + " and not with " + String.join(" or ", types));
            }
            return Optional.of(Bodies.read(response, host, cap));
        } catch (TransportException e) {
            throw BackChannel.failure(e, request, true);
        } catch (IOException e) {
            throw BackChannel.failure(
                    new TransportException(
                            TransportException.Kind.EXCHANGE,
                            TransportException.Delivery.UNKNOWN,
                            "The answer of " + host + " could not be read",
                            e),
                    request,
                    true);
        }
    }

    private static OAuthException refusal(int status, String name, String host) {
        if (status >= 300 && status < 400) {
            return new InvalidResponseException(
                    "status",
                    host,
                    "the " + name + " answered with a redirect (status " + status
                            + "), which is never followed; use the address that it points to");
        }
        if (status == 408 || status == 429 || status >= 500) {
            return new TemporaryFailureException(
                    "The " + name + " at " + host + " answered with status " + status + "; wait and try again",
                    true,
                    null,
                    null);
        }
        return new ConfigurationException(
                name, "there is no document at host " + host + " (status " + status + "); check the address");
    }

    private static ConfigurationException absent(String name, String host) {
        return new ConfigurationException(
                name, "there is no document at host " + host + " (status 404 or 410); check the address");
    }
}
