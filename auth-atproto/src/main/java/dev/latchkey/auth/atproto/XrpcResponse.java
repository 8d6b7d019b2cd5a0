package dev.latchkey.auth.atproto;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import dev.latchkey.auth.spi.TransportHeaders;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a call gave. Immutable. */
public final class XrpcResponse {

    // A thread of posts is a level for each post, and reading recurses: cold, it needs a stack of 512 KiB.
    static final int MAX_DEPTH = 512;

    private final String host;
    private final int status;
    private final TransportHeaders headers;
    private final byte[] body;

    XrpcResponse(String host, int status, TransportHeaders headers, byte[] body) {
        this.host = host;
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /**
     * Tells the status.
     *
     * @return the HTTP status, from 200 to 299
     */
    public int status() {
        return status;
    }

    /**
     * Tells the headers.
     *
     * @return the headers
     */
    public TransportHeaders headers() {
        return headers;
    }

    /**
     * Gives the body as it came.
     *
     * @return a copy of its bytes
     */
    public byte[] body() {
        return body.clone();
    }

    /**
     * Reads the body as a JSON object, whose values nest at most 512 levels deep.
     *
     * @return its members: maps, lists, texts, numbers, booleans and null
     * @throws InvalidResponseException if it is no JSON object
     */
    public Map<String, @Nullable Object> json() {
        try {
            return Json.object(body, MAX_DEPTH);
        } catch (JsonFault e) {
            throw new InvalidResponseException(e.field(), host, e.problem() + " in the answer of a call", null, e);
        }
    }

    @Override
    public String toString() {
        return "XrpcResponse[" + status + ", " + body.length + " bytes]";
    }
}
