package dev.latchkey.graph;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonIOException;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonWriter;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.Supplier;

/** Sends requests: the one place of this package that does I/O. Immutable. */
final class GraphCalls {

    /** Reads a successful answer. */
    @FunctionalInterface
    interface Reading<T> {
        T read(Exchange exchange, TransportResponse response, ResponseBody body);
    }

    private static final String ADVICE = "; if its package is in a module, open it to com.google.gson";
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private final HttpTransport transport;
    private final GraphCloud cloud;
    private final Gson gson;
    private final Supplier<UUID> requestIds;
    private final long bodyCap;

    GraphCalls(HttpTransport transport, GraphCloud cloud, Gson gson, Supplier<UUID> requestIds, long bodyCap) {
        this.transport = transport;
        this.cloud = cloud;
        this.gson = gson.newBuilder()
                .registerTypeAdapter(User.class, new UserAdapter())
                .create();
        this.requestIds = requestIds;
        this.bodyCap = bodyCap;
    }

    GraphCloud cloud() {
        return cloud;
    }

    long bodyCap() {
        return bodyCap;
    }

    <T> T call(GraphRequest request, String accept, Reading<T> reading) {
        String id = requestIds.get().toString();
        Exchange exchange = new Exchange(request.method(), request.uri(), id);
        try (TransportResponse response = send(exchange, request, accept)) {
            int status = response.status();
            if (status >= 400) {
                throw GraphErrors.read(exchange, response);
            }
            if (status >= 300 && status != 304) {
                throw exchange.invalid(response, "status", "a redirect, which is never followed; see headers() for it");
            }
            return reading.read(exchange, response, new ResponseBody(exchange, response, bodyCap));
        }
    }

    private TransportResponse send(Exchange exchange, GraphRequest request, String accept) {
        TransportRequest.Builder draft = TransportRequest.builder(exchange.method(), exchange.uri())
                .timeout(request.timeout())
                .header("Accept", accept)
                .header("Accept-Encoding", ContentCoding.ACCEPTED)
                .header("User-Agent", "latchkey-graph");
        byte[] body = request.body();
        if (body != null) {
            draft.body(RequestBody.of(body)).header("Content-Type", "application/json");
        }
        request.headers().forEach(draft::header);
        draft.header("client-request-id", exchange.clientRequestId()).header("return-client-request-id", "true");
        try {
            return transport.send(draft.build());
        } catch (TransportException e) {
            throw exchange.unreachable(e);
        }
    }

    /** Fails before anything is sent if Gson cannot fill the type. */
    <T> TypeAdapter<T> adapter(Class<T> type) {
        try {
            return gson.getAdapter(type);
        } catch (JsonIOException | IllegalArgumentException e) {
            throw new IllegalArgumentException("Gson cannot fill " + type.getName() + ADVICE, e);
        }
    }

    byte[] encoded(Object body) {
        if (body instanceof CharSequence) {
            throw new IllegalArgumentException(
                    "body is a text: give JsonParser.parseString(text) if it is JSON, or a JsonPrimitive if it is a value");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (Writer writer = new OutputStreamWriter(bytes, StandardCharsets.UTF_8);
                JsonWriter json = new JsonWriter(writer)) {
            write(body, json);
        } catch (JsonIOException e) {
            throw new IllegalArgumentException(
                    "Gson cannot write " + body.getClass().getName() + ADVICE, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] encoded = bytes.toByteArray();
        if (Arrays.equals(encoded, NULL) && !(body instanceof JsonElement)) {
            throw new IllegalArgumentException("Gson writes no object for a local or anonymous class");
        }
        return encoded;
    }

    private void write(Object body, JsonWriter json) throws IOException {
        if (body instanceof JsonElement) {
            // Gson would leave a JsonNull out; whoever put it there meant it.
            json.setSerializeNulls(true);
            gson.getAdapter(JsonElement.class).write(json, (JsonElement) body);
        } else {
            gson.toJson(body, body.getClass(), json);
        }
    }

    /** Reads a link that somebody else made, which may have characters that no URI may hold. */
    URI link(String link) throws URISyntaxException {
        URI uri = new URI(UriText.mended(link));
        if (uri.getScheme() == null || uri.getHost() == null || uri.getRawUserInfo() != null) {
            throw new URISyntaxException("link", "it is not an absolute link to a host");
        }
        if (!Origin.of(uri).equals(Origin.of(cloud.root()))) {
            throw new URISyntaxException(
                    "link",
                    "it leads to " + uri.getHost() + " and not to "
                            + cloud.root().getHost() + "; nothing was sent");
        }
        if (uri.getRawQuery() != null && UriText.carriesToken(uri.getRawQuery())) {
            throw new URISyntaxException("link", "it has an access token in its query");
        }
        return uri;
    }
}
