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
import java.nio.charset.StandardCharsets;
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

    // The field of the answer that is wrong when it is a redirect, and of nothing else that is sent here.
    private static final String REDIRECTED = "status";

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
     * Makes a back channel with the same rules over another transport.
     *
     * @param other moves the bytes
     * @return the back channel
     */
    public BackChannel over(HttpTransport other) {
        return new BackChannel(other, httpAllowedOnLoopback);
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
        return send(request, endpointName, status -> true, request.method().equals("GET"), null);
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
        return send(request, endpointName, status -> status >= 400, true, null);
    }

    /**
     * Sends a request once that changes nothing at the server and whose answer may be a JWT instead of JSON.
     *
     * @param request the request
     * @param endpointName what its endpoint is called in the metadata
     * @param jwtType the media type of an answer that is a JWT
     * @return the whole answer
     * @throws OAuthException if no answer came, or one that cannot be used
     */
    public Answer sendForSigned(TransportRequest request, String endpointName, String jwtType) {
        return send(request, endpointName, status -> true, true, jwtType);
    }

    private Answer send(
            TransportRequest request,
            String endpointName,
            IntPredicate withBody,
            boolean harmless,
            @Nullable String jwtType) {
        requireHttps(request.uri(), endpointName);
        String host = request.uri().getHost();
        try (TransportResponse response = transport.send(request)) {
            if (response.status() >= 300 && response.status() < 400) {
                throw new InvalidResponseException(
                        REDIRECTED,
                        host,
                        "the " + endpointName + " answered with a redirect (status " + response.status()
                                + "), which is never followed; use the address that it points to");
            }
            if (!withBody.test(response.status())) {
                return Answer.of(host, response.status(), response.headers(), null);
            }
            ByteBuffer body = Bodies.read(response, host, MAX_BYTES);
            if (jwtType != null && response.status() == 200 && isOf(jwtType, response.headers())) {
                return Answer.ofJwt(
                        host,
                        response.status(),
                        response.headers(),
                        StandardCharsets.US_ASCII.decode(body).toString().trim());
            }
            return Answer.of(host, response.status(), response.headers(), members(response, body, host));
        } catch (TransportException e) {
            throw failure(e, request, harmless);
        } catch (IOException e) {
            throw failure(unknown("The answer of " + host + " could not be read", e), request, harmless);
        } catch (OAuthException e) {
            throw e;
        } catch (RuntimeException e) {
            // Somebody else's transport, which may have sent before it threw.
            throw failure(unknown("the transport threw " + e.getClass().getName(), e), request, harmless);
        }
    }

    /**
     * Tells whether a server may have done what it was asked to, although no success came of it.
     *
     * @param failure what came of sending a request
     * @return false only if it is known that it did not: the request was not sent, or it was answered with a redirect, a
     *     refusal (status 4xx but 408), or 503, by which a server says that it does nothing for now
     */
    public static boolean isUncertain(Throwable failure) {
        if (!(failure instanceof OAuthException)) {
            return true;
        }
        if (failure.getCause() instanceof TransportException) {
            return ((TransportException) failure.getCause()).delivery() != TransportException.Delivery.NOT_SENT;
        }
        if (failure instanceof InvalidResponseException) {
            return !((InvalidResponseException) failure).field().equals(REDIRECTED);
        }
        return ((OAuthException) failure)
                .error()
                .map(error -> error.status() != 503
                        && (error.status() < 400 || error.status() >= 500 || error.status() == 408))
                .orElse(true);
    }

    /**
     * Tells whether a failure has to do with the server at all, rather than with what is needed before it is asked.
     *
     * @param failure a failure to get a token
     * @return true if a request was sent, or could not be sent because the server was not to be reached
     */
    public static boolean isOfServer(OAuthException failure) {
        return failure.error().isPresent()
                || failure instanceof InvalidResponseException
                || failure.getCause() instanceof TransportException;
    }

    private static TransportException unknown(String message, Exception cause) {
        return new TransportException(
                TransportException.Kind.EXCHANGE, TransportException.Delivery.UNKNOWN, message, cause);
    }

    private static @Nullable Map<String, @Nullable Object> members(
            TransportResponse response, ByteBuffer body, String host) {
        if (!isOf("application/json", response.headers())) {
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

    private static boolean isOf(String wanted, TransportHeaders headers) {
        String type = headers.first("content-type").orElse("");
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).trim().equalsIgnoreCase(wanted);
    }

    static OAuthException failure(TransportException e, TransportRequest request, boolean harmless) {
        String host = request.uri().getHost();
        boolean notSent = e.delivery() == TransportException.Delivery.NOT_SENT;
        String advice = notSent
                ? "the request was not sent and may be sent again"
                : harmless
                        ? "the request does no harm if it arrives twice and may be sent again"
                        : "the request may have arrived, so that sending it again may do harm";
        switch (e.kind()) {
            case TLS:
                if (notSent) {
                    return new ConfigurationException(
                            "tls",
                            "no trusted connection to " + host + " (" + e.getMessage()
                                    + "); check the host's certificate and the transport's trust store",
                            null,
                            e);
                }
                // Trust was established before anything was sent: this is a connection that broke.
                break;
            case ADDRESS:
                return new InvalidResponseException(
                        "address", host, "must not be reached, and nothing was sent (" + e.getMessage() + ")", null, e);
            case CAP:
                return new InvalidResponseException("body", host, "is larger than the transport allows", null, e);
            case CLOSED:
                return new ConfigurationException("transport", "is closed; " + advice, null, e);
            default:
                break;
        }
        return new TemporaryFailureException(
                "No answer from " + host + " (" + e.getMessage() + "); " + advice, notSent || harmless, null, e);
    }
}
