package dev.latchkey.it.atproto;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends each request for a host of the laboratory to its port on 127.0.0.1. Addresses go where they are, or are refused there;
 * other names are of nobody.
 */
public final class LabTransport implements HttpTransport {

    private final HttpTransport below;
    private final Function<String, @Nullable Integer> ports;
    private final List<URI> asked = new CopyOnWriteArrayList<>();

    /**
     * Makes one.
     *
     * @param ports by the hosts' names; null for a host that is not there
     */
    public LabTransport(HttpTransport below, Function<String, @Nullable Integer> ports) {
        this.below = below;
        this.ports = ports;
    }

    @Override
    public TransportResponse send(TransportRequest request) throws TransportException {
        URI uri = request.uri();
        asked.add(uri);
        Integer port = ports.apply(uri.getHost());
        if (uri.getHost().equals("localhost") || uri.getHost().matches("[0-9.]+|\\[.*")) {
            return below.send(request);
        }
        if (port == null || uri.getPort() >= 0 || !uri.getScheme().equals("https")) {
            throw new TransportException(
                    TransportException.Kind.RESOLVE,
                    TransportException.Delivery.NOT_SENT,
                    "The laboratory has no " + uri.getScheme() + "://" + uri.getRawAuthority(),
                    null);
        }
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        TransportRequest.Builder moved = TransportRequest.builder(
                        request.method(), URI.create("https://127.0.0.1:" + port + uri.getRawPath() + query))
                .timeout(request.timeout())
                .addressPolicy(request.addressPolicy());
        request.headers().asMap().forEach((name, values) -> values.forEach(value -> moved.addHeader(name, value)));
        request.body().ifPresent(moved::body);
        return below.send(moved.build());
    }

    /** What was to be sent, and where, also what the laboratory has no host for. */
    List<URI> asked() {
        return asked;
    }

    @Override
    public boolean honoursAddressPolicy() {
        return below.honoursAddressPolicy();
    }

    @Override
    public void close() {
        below.close();
    }
}
