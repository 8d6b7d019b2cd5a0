package dev.latchkey.auth.atproto;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one account, to the personal data server that it is at and to no other.
 *
 * <pre>{@code
 * Map<String, Object> session = client.calls(account).query("com.atproto.server.getSession", Parameters.NONE).json();
 * }</pre>
 *
 * <p>Calls block. A refusal is an {@link XrpcException}; the failures of tokens are {@link dev.latchkey.auth.error.OAuthException}s.
 * Safe for use by any number of threads at once.
 */
public final class Xrpc {

    private static final int MAX_BYTES = 16 << 20;
    private static final int MAX_TEXT = 500;

    // Who asks, what is sent to whom, and what the transport makes of a body is not for a caller to say.
    private static final Set<String> RESERVED =
            Set.of("authorization", "dpop", "cookie", "proxy-authorization", "content-type", "accept-encoding");
    // What a server that was switched off looks like.
    private static final Set<TransportException.Kind> NOBODY_THERE = EnumSet.of(
            TransportException.Kind.RESOLVE,
            TransportException.Kind.ADDRESS,
            TransportException.Kind.CONNECT,
            TransportException.Kind.TLS);
    private static final String PROXY = "atproto-proxy";

    private final HttpTransport transport;
    private final URI server;
    private final Duration timeout;
    private final TransportHeaders headers;
    private final Elsewhere elsewhere;

    private Xrpc(HttpTransport transport, URI server, Duration timeout, TransportHeaders headers, Elsewhere elsewhere) {
        this.transport = transport;
        this.server = server;
        this.timeout = timeout;
        this.headers = headers;
        this.elsewhere = elsewhere;
    }

    /**
     * Calls over a transport, such as an {@link dev.latchkey.auth.http.AuthorizedTransport}.
     *
     * @param transport sends the requests, with whatever proves who asks
     * @param server the server's address, by https or http: a host, perhaps with a port, and a slash at the end at most
     * @return the calls
     * @throws IllegalArgumentException if the address says more than that, or less
     */
    public static Xrpc over(HttpTransport transport, URI server) {
        return new Xrpc(
                Objects.requireNonNull(transport, "transport"),
                ServerOrigin.ofAny(Objects.requireNonNull(server, "server")),
                TransportRequest.DEFAULT_TIMEOUT,
                TransportHeaders.empty(),
                Elsewhere.NOWHERE);
    }

    /** Gives the same calls, which follow an account that is not at this server any more. */
    Xrpc following(Elsewhere elsewhere) {
        return new Xrpc(transport, server, timeout, headers, elsewhere);
    }

    /**
     * Has another service answer: the server passes the calls on to it, in the account's name.
     *
     * @param service the service as a DID with the name of a part of its document, such as
     *     {@code did:web:api.bsky.chat#bsky_chat}
     * @return calls that go through the server to that service
     * @throws IllegalArgumentException if it is not such a name
     */
    public Xrpc through(String service) {
        if (!ServiceReference.is(Objects.requireNonNull(service, "service"))) {
            throw new IllegalArgumentException("service must be a DID and a fragment, as in did:web:example.com#name");
        }
        return with(PROXY, service);
    }

    /**
     * Sends a header with each call, such as {@code atproto-accept-labelers}.
     *
     * @param name its name; neither one that says who asks nor one that the transport sets
     * @param value its value, which replaces a former one
     * @return calls with that header
     * @throws IllegalArgumentException if that header is not a caller's to set
     */
    public Xrpc header(String name, String value) {
        String lower = Objects.requireNonNull(name, "name").toLowerCase(Locale.ROOT);
        if (RESERVED.contains(lower)) {
            throw new IllegalArgumentException("Header " + lower + " is not a caller's to set");
        }
        return lower.equals(PROXY) ? through(value) : with(lower, value);
    }

    /**
     * Bounds each exchange.
     *
     * @param timeout a positive duration
     * @return calls with that bound
     */
    public Xrpc timeout(Duration timeout) {
        return new Xrpc(transport, server, AtprotoIdentities.Builder.positive(timeout, "timeout"), headers, elsewhere);
    }

    private Xrpc with(String name, String value) {
        // The request's builder knows what is the transport's own.
        var unused = TransportRequest.builder("GET", server).header(name, value);
        return new Xrpc(
                transport, server, timeout, headers.toBuilder().set(name, value).build(), elsewhere);
    }

    /**
     * Tells where the calls go.
     *
     * @return the server's origin
     */
    public URI server() {
        return server;
    }

    /**
     * Asks.
     *
     * @param method the method's name, such as {@code com.atproto.repo.getRecord}
     * @param parameters its parameters, of which one may be there many times
     * @return the answer
     * @throws IOException if the server cannot be reached
     * @throws XrpcException if it refuses
     */
    public XrpcResponse query(String method, Parameters parameters) throws IOException {
        Nsid name = Nsid.of(method);
        return send(new XrpcCall(name, parameters, null, null));
    }

    /**
     * Does something, with JSON as its input.
     *
     * @param method the method's name, such as {@code com.atproto.repo.createRecord}
     * @param input the members of a JSON object: maps, iterables, texts, numbers, booleans and null
     * @return the answer
     * @throws IOException if the server cannot be reached
     * @throws XrpcException if it refuses
     */
    public XrpcResponse procedure(String method, Map<String, ? extends @Nullable Object> input) throws IOException {
        return procedure(method, "application/json", Json.write(input));
    }

    /**
     * Does something, with bytes as its input, such as a picture.
     *
     * @param method the method's name, such as {@code com.atproto.repo.uploadBlob}
     * @param mediaType what the bytes are
     * @param input the bytes
     * @return the answer
     * @throws IOException if the server cannot be reached
     * @throws XrpcException if it refuses
     */
    public XrpcResponse procedure(String method, String mediaType, byte[] input) throws IOException {
        return procedure(method, Parameters.NONE, mediaType, RequestBody.of(input));
    }

    /**
     * Does something, with parameters and a body of any size, such as a film. A body that cannot be repeated is sent once: the
     * server's demand for a nonce, or a token that is not taken any more, then fails the call. Ask something before, so that both
     * are known.
     *
     * @param method the method's name, such as {@code com.atproto.repo.uploadBlob}
     * @param parameters its parameters
     * @param mediaType what the body is
     * @param input the body
     * @return the answer
     * @throws IOException if the server cannot be reached
     * @throws XrpcException if it refuses
     */
    public XrpcResponse procedure(String method, Parameters parameters, String mediaType, RequestBody input)
            throws IOException {
        Nsid name = Nsid.of(method);
        return send(new XrpcCall(name, parameters, Objects.requireNonNull(input, "input"), mediaType));
    }

    /**
     * Does something that needs no input.
     *
     * @param method the method's name
     * @return the answer
     * @throws IOException if the server cannot be reached
     * @throws XrpcException if it refuses
     */
    public XrpcResponse procedure(String method) throws IOException {
        Nsid name = Nsid.of(method);
        return send(new XrpcCall(name, Parameters.NONE, RequestBody.of(new byte[0]), null));
    }

    /**
     * Asks for something of any size, such as a whole repository.
     *
     * @param method the method's name, such as {@code com.atproto.sync.getRepo}
     * @param parameters its parameters
     * @return the answer, with a status from 200 to 299 and a body that is read as it comes; the caller closes it
     * @throws IOException if the server cannot be reached
     * @throws XrpcException if it refuses
     */
    public TransportResponse open(String method, Parameters parameters) throws IOException {
        Nsid name = Nsid.of(method);
        return exchange(new XrpcCall(name, parameters, null, null), (at, response) -> response);
    }

    private XrpcResponse send(XrpcCall call) throws IOException {
        return exchange(call, (at, response) -> {
            try (response) {
                return new XrpcResponse(at.server.getHost(), response.status(), response.headers(), at.body(response));
            }
        });
    }

    private <T> T exchange(XrpcCall call, Reader<T> reader) throws IOException {
        TransportResponse response;
        try {
            response = transport.send(call.to(server, timeout, headers));
        } catch (Left e) {
            // Nothing of the body is gone, and it may be refused there as it may be here.
            return e.calls.with(timeout, headers).exchange(call, reader);
        } catch (TransportException e) {
            Xrpc other = NOBODY_THERE.contains(e.kind()) ? elsewhere(call) : null;
            if (other == null) {
                throw e;
            }
            return other.exchange(call, reader);
        }
        if (response.status() >= 200 && response.status() <= 299) {
            return reader.read(this, response);
        }
        XrpcException refusal;
        try (response) {
            refusal = refusal(call.method(), server.getHost(), response, body(response));
        }
        // Which has done nothing, whatever the method does.
        Xrpc other = refusal.status() == 401 ? elsewhere(call) : null;
        if (other == null) {
            throw refusal;
        }
        return other.exchange(call, reader);
    }

    private @Nullable Xrpc elsewhere(XrpcCall call) {
        if (!call.isRepeatable()) {
            elsewhere.doubt();
            return null;
        }
        Xrpc other = elsewhere.find();
        return other == null ? null : other.with(timeout, headers);
    }

    private Xrpc with(Duration timeout, TransportHeaders headers) {
        return new Xrpc(transport, server, timeout, headers, elsewhere);
    }

    private byte[] body(TransportResponse response) throws IOException {
        byte[] body = response.body().readNBytes(MAX_BYTES + 1);
        if (body.length > MAX_BYTES) {
            throw new InvalidResponseException("body", server.getHost(), "is longer than " + MAX_BYTES + " bytes");
        }
        return body;
    }

    private static XrpcException refusal(Nsid method, String host, TransportResponse response, byte[] body) {
        Map<String, @Nullable Object> members;
        try {
            members = Json.object(body, XrpcResponse.MAX_DEPTH);
        } catch (JsonFault e) {
            // A gateway's page, for example: the status says all.
            members = Map.of();
        }
        return new XrpcException(
                host,
                method,
                response.status(),
                response.headers(),
                text(members.get("error")),
                text(members.get("message")));
    }

    private static @Nullable String text(@Nullable Object value) {
        if (!(value instanceof String)) {
            return null;
        }
        String text = ((String) value).replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    @Override
    public String toString() {
        return "Xrpc[" + server + "]";
    }

    private interface Reader<T> {

        T read(Xrpc at, TransportResponse response) throws IOException;
    }

    /** Tells the calls to a server, before anything is sent there, that the account is known to be at another. No failure, and nobody's else. */
    static final class Left extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Xrpc calls;

        Left(Xrpc calls) {
            super("The account is at " + calls.server.getHost(), null, false, false);
            this.calls = calls;
        }
    }

    /** Where else an account may be than where a call has failed. */
    interface Elsewhere {

        Elsewhere NOWHERE = new Elsewhere() {
            @Override
            public void doubt() {}

            @Override
            public @Nullable Xrpc find() {
                return null;
            }
        };

        /** Has the next call ask. */
        void doubt();

        /** Gives calls to where the account is now, which go no further; null if that is known to nobody, or no other place. May block. */
        @Nullable
        Xrpc find();
    }
}
