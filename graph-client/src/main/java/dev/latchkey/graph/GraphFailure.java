package dev.latchkey.graph;

import dev.latchkey.auth.error.Remedy;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportHeaders;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what a {@link GraphException} says, and decides what the caller can do about it. */
final class GraphFailure {

    private static final int SHORT = 500;

    final GraphException.Kind kind;
    final String method;
    final String host;
    final String clientRequestId;
    private final String what;
    final List<String> codes = new ArrayList<>();
    Delivery delivery = Delivery.UNKNOWN;
    int status;
    TransportHeaders headers = TransportHeaders.empty();
    String body = "";

    @Nullable
    String description;

    @Nullable
    String requestId;

    @Nullable
    String date;

    @Nullable
    Throwable cause;

    private TransportException.@Nullable Kind network;

    GraphFailure(GraphException.Kind kind, Exchange exchange, String what) {
        this.kind = kind;
        this.method = exchange.method();
        this.host = exchange.host();
        this.clientRequestId = exchange.clientRequestId();
        this.what = what;
    }

    GraphFailure answered(int status, TransportHeaders headers) {
        this.status = status;
        this.headers = headers;
        this.requestId = headers.first("request-id").orElse(null);
        this.date = headers.first("Date").orElse(null);
        return this;
    }

    GraphFailure causedBy(TransportException failure) {
        this.network = failure.kind();
        this.delivery = failure.delivery();
        this.cause = failure;
        return this;
    }

    boolean safeToRetry() {
        return delivery == Delivery.NOT_SENT || method.equals("GET") || method.equals("HEAD") || status == 429;
    }

    Remedy remedy() {
        switch (kind) {
            case REFUSED:
                return ofStatus(status);
            case NETWORK:
                return ofNetwork();
            default:
                return Remedy.STOP;
        }
    }

    private Remedy ofNetwork() {
        if (network == null) {
            return Remedy.RETRY;
        }
        switch (network) {
            case TLS:
                return Remedy.FIX_CONFIGURATION;
            case CAP:
            case CLOSED:
            case INTERRUPTED:
                return Remedy.STOP;
            default:
                return Remedy.RETRY;
        }
    }

    private static Remedy ofStatus(int status) {
        switch (status) {
            case 401:
                return Remedy.SIGN_IN;
            case 402:
            case 403:
                return Remedy.FIX_CONFIGURATION;
            case 408:
            case 423:
            case 429:
            case 500:
            case 502:
            case 503:
            case 504:
            case 509:
                return Remedy.RETRY;
            default:
                return Remedy.STOP;
        }
    }

    String message() {
        StringBuilder message = new StringBuilder(160)
                .append(method)
                .append(" at ")
                .append(host)
                .append(": ");
        if (status != 0) {
            message.append(status).append(' ');
        }
        message.append(codes.isEmpty() ? what : String.join(" > ", codes));
        if (description != null && !description.isEmpty()) {
            message.append(" \"").append(description).append('"');
        }
        message.append(" (");
        if (requestId != null) {
            message.append("request-id ").append(requestId).append(", ");
        }
        return printable(
                message.append("client-request-id ").append(clientRequestId).append(')'));
    }

    // Graph's words may repeat what it was sent. Long runs of what a token is made of are left out, and line breaks
    // too.
    private static String printable(CharSequence text) {
        String flat = text.toString()
                .replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ")
                .replaceAll("[A-Za-z0-9+/=._~-]{80,}", "[…]");
        return flat.length() <= 2 * SHORT
                ? flat
                : flat.substring(0, SHORT) + " … " + flat.substring(flat.length() - SHORT);
    }
}
