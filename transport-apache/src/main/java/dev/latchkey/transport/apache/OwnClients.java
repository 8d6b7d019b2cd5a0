package dev.latchkey.transport.apache;

import dev.latchkey.auth.spi.AddressPolicy;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ssl.TLS;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * The clients of a transport that makes its own: one for requests that may go anywhere, and one for each address policy that
 * is asked for, with a pool of its own, so that no connection which another policy allowed is used again.
 */
final class OwnClients {

    private static final int CONNECTIONS_PER_HOST = 64;
    private static final int CONNECTIONS = 256;
    private static final Timeout CONNECT_TIMEOUT = Timeout.ofSeconds(10);

    private final TlsSocketStrategy tls;
    private final DnsResolver names;
    private final CloseableHttpClient unrestricted;
    private final ConcurrentMap<AddressPolicy, CloseableHttpClient> restricted = new ConcurrentHashMap<>();

    OwnClients(TlsSocketStrategy tls, DnsResolver names) {
        this.tls = tls;
        this.names = names;
        this.unrestricted = safeDefault(names)
                .setRoutePlanner(new SystemDefaultRoutePlanner(null))
                .build();
    }

    CloseableHttpClient unrestricted() {
        return unrestricted;
    }

    /** Gives the client that keeps the policy where it connects by itself; for a proxy, checks what can be checked here. */
    CloseableHttpClient client(AddressPolicy policy, URI uri) throws IOException {
        if (policy.isUnrestricted()) {
            return unrestricted;
        }
        if (!isProxied(uri)) {
            return restricted.computeIfAbsent(
                    policy, each -> safeDefault(new PolicyResolver(names, each)).build());
        }
        String host = uri.getHost();
        policy.check(host, names.resolve(host));
        return unrestricted;
    }

    /** As the client's SystemDefaultRoutePlanner has it, to which only the first proxy that HTTP can use matters. */
    private static boolean isProxied(URI uri) {
        ProxySelector selector = ProxySelector.getDefault();
        List<Proxy> proxies = selector == null ? List.of() : selector.select(uri);
        for (Proxy proxy : proxies) {
            if (proxy.type() == Proxy.Type.DIRECT) {
                return false;
            }
            if (proxy.type() == Proxy.Type.HTTP) {
                return true;
            }
        }
        return false;
    }

    void close() {
        unrestricted.close(CloseMode.IMMEDIATE);
        restricted.values().forEach(client -> client.close(CloseMode.IMMEDIATE));
    }

    private HttpClientBuilder safeDefault(DnsResolver resolver) {
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setTlsSocketStrategy(tls)
                        .setDnsResolver(resolver)
                        .setMaxConnPerRoute(CONNECTIONS_PER_HOST)
                        .setMaxConnTotal(CONNECTIONS)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(CONNECT_TIMEOUT)
                                .build())
                        .setDefaultTlsConfig(TlsConfig.custom()
                                .setHandshakeTimeout(CONNECT_TIMEOUT)
                                .setSupportedProtocols(TLS.V_1_3, TLS.V_1_2)
                                .build())
                        .build())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression();
    }
}
