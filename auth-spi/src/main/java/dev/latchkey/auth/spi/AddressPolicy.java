package dev.latchkey.auth.spi;

import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import java.net.InetAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses a request may go to. A request whose URI comes from a stranger must not reach what only this machine can
 * reach (server-side request forgery).
 *
 * <p>The policy is about addresses and not about names, since any name may stand for any address, and for another one the
 * next time. So it is the transport that keeps it, with the addresses that it is about to connect to. All addresses of a
 * host must be permitted: a name that stands for a public address and a private one is refused whichever would be tried
 * first. {@link HttpTransport#honoursAddressPolicy()} tells whether a transport does that.
 *
 * <p>Through a proxy it is the proxy that looks up the name. The transport can then check no more than what it finds itself
 * right before it sends; a name that it cannot look up is refused, and what the proxy connects to is for the proxy to
 * restrict.
 *
 * <p>Immutable, and safe for use by any number of threads. There are three, which are equal only to themselves.
 */
public final class AddressPolicy {

    private static final AddressPolicy ANY = new AddressPolicy("any");
    private static final AddressPolicy PUBLIC_ONLY = new AddressPolicy("public only");
    private static final AddressPolicy WITH_LOOPBACK = new AddressPolicy("public and loopback");

    private final String name;

    private AddressPolicy(String name) {
        this.name = name;
    }

    /**
     * Gives the policy of a request that says nothing else: no address is refused.
     *
     * @return the policy
     */
    public static AddressPolicy any() {
        return ANY;
    }

    /**
     * Gives the policy for URIs that come from strangers: addresses that are reachable from everywhere, and no others.
     *
     * <p>Refused are the blocks that the IANA special-purpose registries (RFC 6890) do not call globally reachable: loopback,
     * private, shared (RFC 6598), link-local, unique local, multicast, unspecified, documentation, benchmarking and
     * reserved ones. Refused as well is every IPv6 address that has an IPv4 address inside (compatible, NAT64, 6to4, Teredo),
     * since such a one may lead anywhere; a mapped one is the IPv4 address that it stands for, as it is to Java.
     *
     * @return the policy
     */
    public static AddressPolicy publicOnly() {
        return PUBLIC_ONLY;
    }

    /**
     * Gives {@link #publicOnly()} with this machine's loopback addresses, for tests. Outside of tests, it lets a stranger
     * reach whatever listens on this machine alone.
     *
     * @return the policy
     */
    public static AddressPolicy dangerouslyAllowingLoopback() {
        return WITH_LOOPBACK;
    }

    /**
     * Puts this policy on every request that goes through a transport.
     *
     * @param transport sends the requests; whoever made it closes it
     * @return a transport that belongs to the caller of this and that nobody has to close
     * @throws IllegalArgumentException if the transport does not honour address policies
     */
    public HttpTransport on(HttpTransport transport) {
        return new RestrictedTransport(Objects.requireNonNull(transport, "transport"), this);
    }

    /**
     * Tells whether a transport has nothing to check.
     *
     * @return true for {@link #any()}
     */
    public boolean isUnrestricted() {
        return this == ANY;
    }

    /**
     * Tells whether an address may be connected to.
     *
     * @param address the address
     * @return true if it may
     */
    public boolean permits(InetAddress address) {
        return refusal(address) == null;
    }

    /**
     * Refuses a host if one of its addresses may not be connected to. A transport calls this with what it is about to connect
     * to.
     *
     * @param host the host as the request names it
     * @param addresses all its addresses
     * @throws TransportException of kind {@link Kind#ADDRESS}, with {@link Delivery#NOT_SENT}, if one is not permitted
     */
    public void check(String host, InetAddress... addresses) throws TransportException {
        Objects.requireNonNull(host, "host");
        for (InetAddress address : addresses) {
            String refusal = refusal(address);
            if (refusal != null) {
                throw new TransportException(
                        Kind.ADDRESS,
                        Delivery.NOT_SENT,
                        "The host " + host + " has an address that the request's address policy refuses, " + refusal,
                        null);
            }
        }
    }

    private @Nullable String refusal(InetAddress address) {
        Objects.requireNonNull(address, "address");
        boolean free = this == ANY || (this == WITH_LOOPBACK && address.isLoopbackAddress());
        return free ? null : AddressBlock.refusal(address);
    }

    /** Returns the policy's name. */
    @Override
    public String toString() {
        return "AddressPolicy[" + name + "]";
    }
}
