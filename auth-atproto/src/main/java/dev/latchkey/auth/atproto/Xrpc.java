package dev.latchkey.auth.atproto;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
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

    private final HttpTransport transport;
    private final URI server;

    private Xrpc(HttpTransport transport, URI server) {
        this.transport = transport;
        this.server = server;
    }

    /**
     * Calls over a transport, such as an {@link dev.latchkey.auth.http.AuthorizedTransport}.
     *
     * @param transport sends the requests, with whatever proves who asks
     * @param server the server's origin
     * @return the calls
     */
    public static Xrpc over(HttpTransport transport, URI server) {
        return new Xrpc(Objects.requireNonNull(transport, "transport"), Objects.requireNonNull(server, "server"));
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
        return send(name, TransportRequest.builder("GET", address(name, parameters)));
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
        Nsid name = Nsid.of(method);
        return send(
                name,
                TransportRequest.builder("POST", address(name, Parameters.NONE))
                        .header("Content-Type", mediaType)
                        .body(RequestBody.of(input)));
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
        return send(
                name,
                TransportRequest.builder("POST", address(name, Parameters.NONE)).body(RequestBody.of(new byte[0])));
    }

    private URI address(Nsid method, Parameters parameters) {
        StringBuilder query = new StringBuilder();
        parameters.forEach((name, value) -> query.append(query.length() == 0 ? '?' : '&')
                .append(encoded(name))
                .append('=')
                .append(encoded(value)));
        return URI.create(server + "/xrpc/" + method + query);
    }

    private XrpcResponse send(Nsid method, TransportRequest.Builder request) throws IOException {
        String host = server.getHost();
        try (TransportResponse response =
                transport.send(request.header("Accept", "*/*").build())) {
            byte[] body = response.body().readNBytes(MAX_BYTES + 1);
            if (body.length > MAX_BYTES) {
                throw new InvalidResponseException("body", host, "is longer than " + MAX_BYTES + " bytes");
            }
            if (response.status() < 200 || response.status() > 299) {
                throw refusal(method, host, response.status(), body);
            }
            return new XrpcResponse(host, response.status(), response.headers(), body);
        }
    }

    private static XrpcException refusal(Nsid method, String host, int status, byte[] body) {
        Map<String, @Nullable Object> members;
        try {
            members = Json.object(body);
        } catch (JsonFault e) {
            // A gateway's page, for example: the status says all.
            members = Map.of();
        }
        return new XrpcException(host, method, status, text(members.get("error")), text(members.get("message")));
    }

    private static @Nullable String text(@Nullable Object value) {
        if (!(value instanceof String)) {
            return null;
        }
        String text = ((String) value).replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return "Xrpc[" + server + "]";
    }
}
