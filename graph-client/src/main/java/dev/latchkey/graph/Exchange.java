package dev.latchkey.graph;

import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.graph.GraphException.Kind;
import java.net.URI;

/** One request that was sent, or is about to be, by what a failure has to say of it. Immutable. */
final class Exchange {

    private final String method;
    private final URI uri;
    private final String clientRequestId;

    Exchange(String method, URI uri, String clientRequestId) {
        this.method = method;
        this.uri = uri;
        this.clientRequestId = clientRequestId;
    }

    String method() {
        return method;
    }

    URI uri() {
        return uri;
    }

    String host() {
        return uri.getHost();
    }

    String clientRequestId() {
        return clientRequestId;
    }

    GraphException unreachable(TransportException failure) {
        String sent = failure.delivery() == TransportException.Delivery.NOT_SENT
                ? ", nothing was sent"
                : ", the request may have arrived";
        return new GraphException(
                new GraphFailure(Kind.NETWORK, this, "no whole answer: " + failure.kind() + sent).causedBy(failure));
    }

    GraphException invalid(TransportResponse response, String field, String what) {
        return new GraphException(new GraphFailure(Kind.INVALID_RESPONSE, this, field + ": " + what)
                .answered(response.status(), response.headers()));
    }

    /** A link in an answer that was read to its end and closed. */
    GraphException invalidLink(String what) {
        return new GraphException(new GraphFailure(Kind.INVALID_RESPONSE, this, "@odata.nextLink: " + what));
    }
}
