package dev.latchkey.platform.token;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.latchkey.platform.exchange.ReceivedRequest;
import dev.latchkey.platform.exchange.Response;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Writes OAuth errors, plain (RFC 6749 §5.2) or in Microsoft's shape. */
public final class ErrorBodies {
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    private final Realm realm;

    /**
     * Errors of a realm.
     *
     * @param realm has the clock
     */
    public ErrorBodies(Realm realm) {
        this.realm = realm;
    }

    /**
     * An error at a back-channel endpoint.
     *
     * @param failure what went wrong
     * @param authority where the request came to
     * @param request the request
     * @return the response
     */
    public Response write(ProtocolException failure, Authority authority, ReceivedRequest request) {
        JsonObject body = authority.isMicrosoft() ? microsoft(failure, request) : plain(failure);
        Response response = Response.json(failure.status(), body.toString());
        return failure.status() == 401
                ? response.header("WWW-Authenticate", "Basic realm=\"" + realm.base() + "\", charset=\"UTF-8\"")
                : response;
    }

    /**
     * The description as it is shown: Microsoft's carries number, ids and time.
     *
     * @param failure what went wrong
     * @param authority where the request came to
     * @return the text
     */
    public String describe(ProtocolException failure, Authority authority) {
        return authority.isMicrosoft()
                ? "AADSTS" + failure.number() + ": " + failure.description()
                : failure.description();
    }

    private static JsonObject plain(ProtocolException failure) {
        JsonObject body = new JsonObject();
        body.addProperty("error", failure.error());
        body.addProperty("error_description", failure.description());
        return body;
    }

    private JsonObject microsoft(ProtocolException failure, ReceivedRequest request) {
        String trace = realm.guid();
        String correlation = request.header("client-request-id").orElseGet(realm::guid);
        String time = TIMESTAMP.format(realm.now());
        JsonObject body = new JsonObject();
        body.addProperty("error", failure.error());
        body.addProperty(
                "error_description",
                "AADSTS" + failure.number() + ": " + failure.description() + " Trace ID: " + trace + " Correlation ID: "
                        + correlation + " Timestamp: " + time);
        JsonArray numbers = new JsonArray();
        numbers.add(failure.number());
        body.add("error_codes", numbers);
        body.addProperty("timestamp", time);
        body.addProperty("trace_id", trace);
        body.addProperty("correlation_id", correlation);
        body.addProperty("error_uri", realm.base() + "/error?code=" + failure.number());
        failure.suberror().ifPresent(suberror -> body.addProperty("suberror", suberror));
        return body;
    }
}
