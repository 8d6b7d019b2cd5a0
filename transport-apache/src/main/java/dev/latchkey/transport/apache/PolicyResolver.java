package dev.latchkey.transport.apache;

import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.spi.TransportException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Gives the client the addresses that it connects to, and none that the policy refuses. Between the check and the connection
 * nothing is looked up again, whatever a name server says the next time.
 */
final class PolicyResolver implements DnsResolver {

    private final DnsResolver names;
    private final AddressPolicy policy;

    PolicyResolver(DnsResolver names, AddressPolicy policy) {
        this.names = names;
        this.policy = policy;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = names.resolve(host);
        try {
            policy.check(host, addresses);
        } catch (TransportException e) {
            throw new Refused(e);
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return names.resolveCanonicalHostname(host);
    }

    /** The only sort of exception that the client lets a resolver throw. */
    static final class Refused extends UnknownHostException {

        private static final long serialVersionUID = 1L;

        /** What the transport throws instead. */
        private final TransportException refusal;

        Refused(TransportException refusal) {
            super(refusal.getMessage());
            this.refusal = refusal;
        }

        TransportException refusal() {
            return refusal;
        }
    }
}
