package dev.latchkey.graph;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.graph.GraphException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads an error, whatever it looks like: nothing in here may hide the status that came with it. */
final class GraphErrors {

    private static final int KEPT = 256 * 1024;
    private static final int DEEPEST = 32;

    private GraphErrors() {}

    static GraphException read(Exchange exchange, TransportResponse response) {
        GraphFailure failure =
                new GraphFailure(Kind.REFUSED, exchange, "refused").answered(response.status(), response.headers());
        failure.body = text(response);
        object(failure.body).ifPresent(json -> describe(failure, json));
        return new GraphException(failure);
    }

    private static void describe(GraphFailure failure, JsonObject json) {
        JsonElement error =
                member(json, "error").or(() -> member(json, "odata.error")).orElse(json);
        if (!error.isJsonObject()) {
            // OAuth's shape (RFC 6750 §3.1), as gateways use it.
            string(json, "error").ifPresent(failure.codes::add);
            failure.description = string(json, "error_description").orElse(null);
            return;
        }
        JsonObject level = error.getAsJsonObject();
        failure.description = message(level);
        for (int depth = 0; depth < DEEPEST; depth++) {
            string(level, "code").filter(code -> !code.isEmpty()).ifPresent(failure.codes::add);
            identify(failure, level);
            Optional<JsonElement> inner = member(level, "innerError").filter(JsonElement::isJsonObject);
            if (inner.isEmpty()) {
                return;
            }
            level = inner.get().getAsJsonObject();
        }
    }

    private static void identify(GraphFailure failure, JsonObject level) {
        if (failure.requestId == null) {
            failure.requestId = string(level, "request-id").orElse(null);
        }
        if (failure.date == null) {
            failure.date = string(level, "date").orElse(null);
        }
    }

    // SharePoint: {"message":{"lang":"en-US","value":"…"}}
    private static @Nullable String message(JsonObject error) {
        return string(error, "message")
                .or(() -> member(error, "message")
                        .filter(JsonElement::isJsonObject)
                        .flatMap(message -> string(message.getAsJsonObject(), "value")))
                .orElse(null);
    }

    private static Optional<String> string(JsonObject json, String name) {
        return member(json, name).filter(JsonElement::isJsonPrimitive).map(JsonElement::getAsString);
    }

    // Both innerError and innererror occur in Graph's own documentation.
    private static Optional<JsonElement> member(JsonObject json, String name) {
        for (Map.Entry<String, JsonElement> member : json.entrySet()) {
            if (member.getKey().equalsIgnoreCase(name) && !member.getValue().isJsonNull()) {
                return Optional.of(member.getValue());
            }
        }
        return Optional.empty();
    }

    private static Optional<JsonObject> object(String text) {
        try {
            JsonElement json = JsonParser.parseString(text);
            return json.isJsonObject() ? Optional.of(json.getAsJsonObject()) : Optional.empty();
        } catch (JsonParseException | IllegalStateException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static String text(TransportResponse response) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        try {
            InputStream body = ContentCoding.decoded(response);
            byte[] buffer = new byte[8192];
            int count;
            while (kept.size() < KEPT && (count = body.read(buffer, 0, Math.min(8192, KEPT - kept.size()))) >= 0) {
                kept.write(buffer, 0, count);
            }
        } catch (IOException e) {
            // What arrived until then is kept. The status is what the caller needs to know.
        }
        return kept.toString(StandardCharsets.UTF_8);
    }
}
