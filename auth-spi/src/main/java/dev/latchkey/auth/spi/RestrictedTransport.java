package dev.latchkey.auth.spi;

/** Sends over another transport, each request with one address policy, whatever the request said. */
final class RestrictedTransport implements HttpTransport {

    private final HttpTransport transport;
    private final AddressPolicy policy;

    RestrictedTransport(HttpTransport transport, AddressPolicy policy) {
        if (!transport.honoursAddressPolicy()) {
            throw new IllegalArgumentException("The transport does not honour address policies");
        }
        this.transport = transport;
        this.policy = policy;
    }

    @Override
    public TransportResponse send(TransportRequest request) throws TransportException {
        return transport.send(request.toBuilder().addressPolicy(policy).build());
    }

    @Override
    public boolean honoursAddressPolicy() {
        return true;
    }

    @Override
    public String toString() {
        return policy + " on " + transport;
    }
}
