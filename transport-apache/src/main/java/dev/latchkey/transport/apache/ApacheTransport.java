package dev.latchkey.transport.apache;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.Configurable;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.cookie.StandardCookieSpec;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.ssl.TLS;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Sends over Apache HttpClient 5, its classic (blocking) side.
 *
 * <p>Whatever the client is built to do, redirects, cookies, authentication, content decoding and upgrades are switched off
 * for each request, and a request is sent once: it carries an entity that the client's retry strategy must leave alone.
 * Over a client of the caller's that goes for requests without a body too ({@code TRACE} and {@code OPTIONS} excepted), and
 * shows as {@code Content-Length: 0}.
 * Authentication at a proxy is switched off with the rest.
 *
 * <p>HttpClient 5 knows time-outs for each read only, and blocking reads cannot be interrupted. So one daemon thread watches
 * over the calls that are under way: it ends them at their time-outs, and within a twentieth of a second when their
 * thread is interrupted. It starts with a call, and ends two seconds after the last one or with {@link #close()}. Looking
 * up a host name cannot be cut short.
 *
 * <p>Safe for use by any number of threads at once.
 */
public final class ApacheTransport implements HttpTransport {

    private static final int CONNECTIONS_PER_HOST = 64;
    private static final int CONNECTIONS = 256;
    private static final Timeout CONNECT_TIMEOUT = Timeout.ofSeconds(10);

    private final CloseableHttpClient client;
    private final boolean owned;
    private final RequestConfig config;
    private final Watchdog watchdog = new Watchdog();

    private ApacheTransport(CloseableHttpClient client, boolean owned) {
        this.client = Objects.requireNonNull(client, "client");
        this.owned = owned;
        RequestConfig configured = client instanceof Configurable ? ((Configurable) client).getConfig() : null;
        this.config = RequestConfig.copy(configured == null ? RequestConfig.DEFAULT : configured)
                .setRedirectsEnabled(false)
                .setAuthenticationEnabled(false)
                .setCookieSpec(StandardCookieSpec.IGNORE)
                .setContentCompressionEnabled(false)
                .setExpectContinueEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .setHardCancellationEnabled(true)
                .build();
    }

    /**
     * Makes a transport with a client of its own.
     *
     * <p>That client connects within ten seconds, speaks TLS 1.2 or 1.3, keeps at most 64 connections to a host and 256 in
     * all, takes its proxy from the system's {@link java.net.ProxySelector} (and nothing else from system properties) and
     * trust from the default TLS context. {@link #close()} closes it.
     *
     * @return the transport
     */
    public static ApacheTransport create() {
        return new ApacheTransport(safeDefault(DefaultClientTlsStrategy.createDefault()), true);
    }

    /**
     * Makes a transport with a client of its own, as {@link #create()} does, that trusts others than the JVM does, or shows
     * a certificate.
     *
     * @param tls decides which servers are trusted; their names are checked as well
     * @return the transport
     */
    public static ApacheTransport create(SSLContext tls) {
        return new ApacheTransport(safeDefault(new DefaultClientTlsStrategy(tls)), true);
    }

    private static CloseableHttpClient safeDefault(TlsSocketStrategy tls) {
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setTlsSocketStrategy(tls)
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
                .setRoutePlanner(new SystemDefaultRoutePlanner(null))
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }

    /**
     * Makes a transport over a client of the caller's, who keeps and closes it: its proxy, TLS context and pool apply.
     *
     * @param client any client, {@code HttpClients.createDefault()} as well
     * @return the transport
     */
    public static ApacheTransport over(CloseableHttpClient client) {
        return new ApacheTransport(client, false);
    }

    @Override
    public TransportResponse send(TransportRequest request) throws TransportException {
        String host = request.uri().getHost();
        if (Thread.currentThread().isInterrupted()) {
            throw new TransportException(
                    Kind.INTERRUPTED, Delivery.NOT_SENT, "Interrupted before sending to " + host, null);
        }
        long nanos = nanos(request.timeout());
        ApacheExchange exchange = new ApacheExchange(
                encode(request, nanos), request.body().orElse(null), !owned, System.nanoTime() + nanos, watchdog);
        if (!watchdog.watch(exchange)) {
            throw new TransportException(Kind.CLOSED, Delivery.NOT_SENT, "The transport is closed", null);
        }
        ClassicHttpResponse response = null;
        try {
            response = client.executeOpen(null, exchange.request(), exchange.context());
            return decode(response, exchange);
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            exchange.end(response);
            throw exchange.classify(e);
        } finally {
            exchange.unblocked();
        }
    }

    /** Refuses every later request, ends the calls that are under way, and closes the client if it is this transport's own. */
    @Override
    public void close() {
        watchdog.close();
        if (owned) {
            client.close(CloseMode.IMMEDIATE);
        }
    }

    private static long nanos(Duration timeout) {
        // Half the range, so that differences of two points in time never overflow.
        Duration longest = Duration.ofNanos(Long.MAX_VALUE / 2);
        return timeout.compareTo(longest) > 0 ? Long.MAX_VALUE / 2 : timeout.toNanos();
    }

    private HttpUriRequestBase encode(TransportRequest request, long nanos) {
        HttpUriRequestBase encoded = new HttpUriRequestBase(request.method(), request.uri());
        for (Map.Entry<String, List<String>> field : request.headers().asMap().entrySet()) {
            for (String value : field.getValue()) {
                encoded.addHeader(field.getKey(), value);
            }
        }
        // At least a millisecond, since 0 means for ever here.
        Timeout timeout =
                Timeout.ofMilliseconds(Math.max(1, Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(nanos))));
        encoded.setConfig(RequestConfig.copy(config)
                .setConnectionRequestTimeout(timeout)
                .setResponseTimeout(timeout)
                .build());
        return encoded;
    }

    private static TransportResponse decode(ClassicHttpResponse response, ApacheExchange exchange) throws IOException {
        TransportHeaders.Builder headers = TransportHeaders.builder();
        for (Header header : response.getHeaders()) {
            headers.add(header.getName(), header.getValue() == null ? "" : header.getValue());
        }
        @Nullable HttpEntity entity = response.getEntity();
        InputStream body =
                entity == null ? InputStream.nullInputStream() : exchange.body(entity.getContent(), response);
        TransportResponse decoded =
                TransportResponse.of(response.getCode(), headers.build(), body, () -> exchange.end(response));
        if (entity == null) {
            exchange.end();
        }
        return decoded;
    }
}
