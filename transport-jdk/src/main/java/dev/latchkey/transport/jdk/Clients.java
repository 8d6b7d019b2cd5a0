package dev.latchkey.transport.jdk;

import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import java.net.http.HttpClient;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * One client for each address policy, made when it is first needed: a connection that was made without a policy, or with a milder
 * one, is open already and leads where no check looks any more.
 */
final class Clients {

    private final HttpClient unrestricted;
    private final HttpClient.@Nullable Builder builder;
    private final ConcurrentMap<AddressPolicy, HttpClient> restricted = new ConcurrentHashMap<>();

    /** Clients that are the transport's own. */
    Clients(HttpClient.Builder builder) {
        this.builder = builder;
        this.unrestricted = built(builder);
    }

    /** Somebody else's one client. */
    Clients(HttpClient client) {
        this.builder = null;
        this.unrestricted = client;
    }

    boolean areOwn() {
        return builder != null;
    }

    HttpClient forPolicy(AddressPolicy policy, String host) throws TransportException {
        if (policy.isUnrestricted()) {
            return unrestricted;
        }
        HttpClient.Builder own = builder;
        if (own == null) {
            throw new TransportException(
                    Kind.ADDRESS,
                    Delivery.NOT_SENT,
                    "The request to " + host
                            + " has an address policy, which cannot be kept over a client that is not the"
                            + " transport's own: its proxy and its open connections are unknown; use JdkTransport.create()",
                    null);
        }
        // There are two of them.
        return restricted.computeIfAbsent(policy, any -> built(own));
    }

    /** The client starts a thread of its own, which would inherit, and keep alive, the class loader of whoever came first. */
    private static HttpClient built(HttpClient.Builder builder) {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        current.setContextClassLoader(null);
        try {
            return builder.build();
        } finally {
            current.setContextClassLoader(before);
        }
    }
}
