package dev.latchkey.transport.jdk;

import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import org.jspecify.annotations.Nullable;

/**
 * Looks a host up as java.net.http is about to, and holds all its addresses against the request's policy.
 *
 * <p>The client takes no resolver and asks {@link InetAddress} once more; that it gets the same answer is the doing of the
 * JVM's cache, without which there is nothing to rely on.
 */
final class CheckedAddresses {

    private static final String SECURITY_PROPERTY = "networkaddress.cache.ttl";
    private static final String SYSTEM_PROPERTY = "sun.net.inetaddr.ttl";

    private CheckedAddresses() {}

    /** Tells whether the JVM keeps an answer at all, by the settings that its own InetAddressCachePolicy reads. */
    static boolean areCached() {
        @Nullable Integer seconds = number(Security.getProperty(SECURITY_PROPERTY));
        if (seconds == null) {
            seconds = number(System.getProperty(SYSTEM_PROPERTY));
        }
        return seconds == null || seconds != 0;
    }

    private static @Nullable Integer number(@Nullable String text) {
        try {
            return text == null ? null : Integer.decode(text.trim());
        } catch (NumberFormatException e) {
            return null;
        }
    }

    static void check(AddressPolicy policy, String host) throws TransportException {
        if (policy.isUnrestricted()) {
            return;
        }
        if (!areCached()) {
            throw new TransportException(
                    Kind.ADDRESS,
                    Delivery.NOT_SENT,
                    "The request to " + host + " has an address policy, which cannot be kept while the JVM caches no"
                            + " addresses (" + SECURITY_PROPERTY + " is 0)",
                    null);
        }
        try {
            policy.check(host, InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            throw new TransportException(Kind.RESOLVE, Delivery.NOT_SENT, "No address for " + host, e);
        }
    }
}
