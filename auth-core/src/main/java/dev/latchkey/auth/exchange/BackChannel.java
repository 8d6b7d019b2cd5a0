package dev.latchkey.auth.exchange;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.Loopback;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request straight to the authorization server and reads the whole answer, under a cap.
 *
 * <p>The one place that does I/O for the protocol. Safe for use by any number of threads.
 */
public final class BackChannel {

    /** How many bytes an answer may have, after decompression. */
    public static final int MAX_BYTES = 1 << 20;

    private final HttpTransport transport;
    private final boolean httpAllowedOnLoopback;

    /**
     * Makes the back channel.
     *
     * @param transport moves the bytes
     * @param httpAllowedOnLoopback whether plain http is accepted on this machine, for tests
     */
    public BackChannel(HttpTransport transport, boolean httpAllowedOnLoopback) {
        this.transport = transport;
        this.httpAllowedOnLoopback = httpAllowedOnLoopback;
    }

    /**
     * Gives the transport.
     *
     * @return the transport
     */
    public HttpTransport transport() {
        return transport;
    }

    /**
     * Refuses an endpoint that is not https (OAuth 2.1 §1.5), before any byte is sent.
     *
     * @param endpoint the endpoint
     * @param name what it is called in the metadata
     * @throws ConfigurationException if it is neither https nor loopback with leave
     */
    public void requireHttps(URI endpoint, String name) {
        boolean https = "https".equalsIgnoreCase(endpoint.getScheme());
        boolean allowedHttp =
                httpAllowedOnLoopback && "http".equalsIgnoreCase(endpoint.getScheme()) && Loopback.is(endpoint);
        if (!https && !allowedHttp) {
            throw new ConfigurationException(
                    name,
                    "is not https (host " + endpoint.getHost() + "); plain http is possible on loopback only, with"
                            + " dangerouslyAllowHttp()");
        }
    }

    /**
     * Sends a request once.
     *
     * @param request the request
     * @param endpointName what its endpoint is called in the metadata
     * @return the whole answer
     * @throws OAuthException if no answer came, or one that cannot be used
     */
    public Answer send(TransportRequest request, String endpointName) {
        return send(request, endpointName, status -> true, request.method().equals("GET"));
    }

    /**
     * Sends a request once whose success is all in the status, so that the body of one is not read, and which does no harm
     * if it arrives twice (RFC 7009 §2.2).
     *
     * @param request the request
     * @param endpointName what its endpoint is called in the metadata
     * @return the answer, with members only if it is an error
     * @throws OAuthException if no answer came, or one that cannot be used
     */
    public Answer sendForStatus(TransportRequest request, String endpointName) {
        return send(request, endpointName, status -> status >= 400, true);
    }

    private Answer send(TransportRequest request, String endpointName, IntPredicate withBody, boolean harmless) {
        requireHttps(request.uri(), endpointName);
        String host = request.uri().getHost();
        try (TransportResponse response = transport.send(request)) {
            if (response.status() >= 300 && response.status() < 400) {
                throw new InvalidResponseException(
                        "status",
                        host,
                        "the " + endpointName + " answered with a redirect (status " + response.status()
                                + "), which is never followed; use the address that it points to");
            }
            if (!withBody.test(response.status())) {
                return Answer.of(host, response.status(), response.headers(), null);
            }
            ByteBuffer body = Bodies.read(response, host, MAX_BYTES);
            return Answer.of(host, response.status(), response.headers(), members(response, body, host));
        } catch (TransportException e) {
            throw failure(e, request, harmless);
        } catch (IOException e) {
            throw failure(
                    new TransportException(
                            TransportException.Kind.EXCHANGE,
                            TransportException.Delivery.UNKNOWN,
                            "The answer of " + host + " could not be read",
                            e),
                    request,
                    harmless);
        }
    }

    private static @Nullable Map<String, @Nullable Object> members(
            TransportResponse response, ByteBuffer body, String host) {
        if (!isJson(response.headers())) {
            return null;
        }
        try {
            return Json.object(body);
        } catch (JsonFault e) {
            if (response.status() >= 400) {
                // The status says enough; an error page that calls itself JSON must not hide it.
                return null;
            }
            throw new InvalidResponseException(e.field(), host, e.problem());
        }
    }

    private static boolean isJson(TransportHeaders headers) {
        String type = headers.first("content-type").orElse("");
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).trim().equalsIgnoreCase("application/json");
    }

    static OAuthException failure(TransportException e, TransportRequest request, boolean harmless) {
        String host = request.uri().getHost();
        boolean notSent = e.delivery() == TransportException.Delivery.NOT_SENT;
        switch (e.kind()) {
            case TLS:
                return new ConfigurationException(
                        "tls",
                        "no trusted connection to " + host + " (" + e.getMessage()
                                + "); check the host's certificate and the" + " transport's trust store",
                        null,
                        e);
            case CAP:
                return new InvalidResponseException("body", host, "is larger than the transport allows", null, e);
            case CLOSED:
                return new ConfigurationException("transport", "is closed", null, e);
            default:
                return new TemporaryFailureException(
                        "No answer from " + host + " (" + e.getMessage() + "); "
                                + (notSent
                                        ? "the request was not sent and may be sent again"
                                        : harmless
                                                ? "the request does no harm if it arrives twice and may be sent again"
                                                : "the request may have arrived, so that sending it again may do harm"),
                        notSent || harmless,
                        null,
                        e);
        }
    }
}
