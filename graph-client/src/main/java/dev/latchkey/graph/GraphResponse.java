package dev.latchkey.graph;

import com.google.gson.JsonObject;
import com.google.gson.TypeAdapter;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.ByteArrayInputStream;

/** A successful answer as it came, read whole. Immutable, and safe for use by any number of threads at once. */
public final class GraphResponse {

    private final GraphCalls calls;
    private final Exchange exchange;
    private final int status;
    private final TransportHeaders headers;
    private final byte[] bytes;

    GraphResponse(GraphCalls calls, Exchange exchange, TransportResponse response, byte[] bytes) {
        this.calls = calls;
        this.exchange = exchange;
        this.status = response.status();
        this.headers = response.headers().toBuilder().remove("Content-Encoding").build();
        this.bytes = bytes;
    }

    /**
     * Tells the status.
     *
     * @return a status from 200 to 299, or 304
     */
    public int status() {
        return status;
    }

    /**
     * Gives the headers, such as {@code Location} or {@code ETag}.
     *
     * @return the headers
     */
    public TransportHeaders headers() {
        return headers;
    }

    /**
     * Gives the body's bytes, decompressed.
     *
     * @return a copy; empty if there was no body
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * Tells the identifier that this request was sent with.
     *
     * @return our {@code client-request-id}
     */
    public String clientRequestId() {
        return exchange.clientRequestId();
    }

    /**
     * Reads the body as one object.
     *
     * @param type what to read: a class that Gson may fill, {@link User} or {@link JsonObject}
     * @param <T> the type
     * @return the object
     * @throws GraphException if the body is not JSON in UTF-8, or is something else
     */
    public <T> T as(Class<T> type) {
        TypeAdapter<T> adapter = calls.adapter(type);
        TransportResponse again = TransportResponse.of(status, headers, new ByteArrayInputStream(bytes), () -> {});
        return new ResponseBody(exchange, again, calls.bodyCap()).json(in -> PageReader.value(in, adapter));
    }

    /**
     * Reads the body as JSON.
     *
     * @return the object
     * @throws GraphException if the body is not a JSON object in UTF-8
     */
    public JsonObject json() {
        return as(JsonObject.class);
    }

    /**
     * Describes the answer without its body.
     *
     * @return the status and the body's length
     */
    @Override
    public String toString() {
        return "GraphResponse[" + status + ", " + bytes.length + " bytes]";
    }
}
