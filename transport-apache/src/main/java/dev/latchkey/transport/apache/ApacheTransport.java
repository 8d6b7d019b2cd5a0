package dev.latchkey.transport.apache;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.spi.exchange.Exchange;
import dev.latchkey.auth.spi.exchange.ExchangeWatch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.Configurable;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.cookie.StandardCookieSpec;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.io.ModalCloseable;
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
 * <p>One daemon thread watches over the calls that are under way, as {@link ExchangeWatch} describes: it ends them at their
 * time-outs, and when their thread is interrupted. Looking up a host name cannot be cut short.
 *
 * <p>An {@link dev.latchkey.auth.spi.AddressPolicy} is kept in the client's resolver, with the very addresses that it then
 * connects to, and over connections that no other policy has made. Through a proxy, the addresses that are found here
 * are checked right before sending, and the proxy looks the name up once more.
 *
 * <p>Safe for use by any number of threads at once.
 */
public final class ApacheTransport implements HttpTransport {

    private static final Duration LONGEST_TIMEOUT = Duration.ofMillis(Integer.MAX_VALUE);

    private final CloseableHttpClient client;
    private final @Nullable OwnClients own;
    private final RequestConfig config;
    private final ExchangeWatch watch = ExchangeWatch.named("latchkey-transport-apache");

    private ApacheTransport(OwnClients own) {
        this(own.unrestricted(), own);
    }

    private ApacheTransport(CloseableHttpClient client, @Nullable OwnClients own) {
        this.client = Objects.requireNonNull(client, "client");
        this.own = own;
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
        return new ApacheTransport(
                new OwnClients(DefaultClientTlsStrategy.createDefault(), SystemDefaultDnsResolver.INSTANCE));
    }

    /**
     * Makes a transport with a client of its own, as {@link #create()} does, that trusts others than the JVM does, or shows
     * a certificate.
     *
     * @param tls decides which servers are trusted; their names are checked as well
     * @return the transport
     */
    public static ApacheTransport create(SSLContext tls) {
        return create(tls, SystemDefaultDnsResolver.INSTANCE);
    }

    /**
     * Makes a transport with a client of its own, as {@link #create(SSLContext)} does, that looks host names up elsewhere than
     * the JVM does. A request's address policy is held against what the resolver answers.
     *
     * @param tls decides which servers are trusted; their names are checked as well
     * @param names looks host names up
     * @return the transport
     */
    public static ApacheTransport create(SSLContext tls, DnsResolver names) {
        Objects.requireNonNull(tls, "tls");
        Objects.requireNonNull(names, "names");
        return new ApacheTransport(new OwnClients(new DefaultClientTlsStrategy(tls), names));
    }

    /**
     * Makes a transport over a client of the caller's, who keeps and closes it: its proxy, TLS context and pool apply. Since its
     * resolver applies too, and connections that it has open already, a request with an address policy is refused.
     *
     * @param client any client, {@code HttpClients.createDefault()} as well
     * @return the transport
     */
    public static ApacheTransport over(CloseableHttpClient client) {
        return new ApacheTransport(client, null);
    }

    @Override
    public TransportResponse send(TransportRequest request) throws TransportException {
        return watch.send(request, exchange -> exchanged(exchange, request));
    }

    private TransportResponse exchanged(Exchange exchange, TransportRequest request) throws IOException {
        CloseableHttpClient sending = client(request);
        HttpUriRequestBase encoded = encode(request);
        // An entity even where there is no body, since nothing else keeps a client's retry strategy from its work; but
        // the client sends none with TRACE, and none without a content type with OPTIONS.
        boolean mayBeRepeated = own == null && !List.of("TRACE", "OPTIONS").contains(request.method());
        if (mayBeRepeated || request.body().isPresent()) {
            encoded.setEntity(new OnceEntity(exchange));
        }
        exchange.cancelBy(encoded::cancel);
        HttpClientContext context = HttpClientContext.create();
        try {
            ClassicHttpResponse response = sending.executeOpen(null, encoded, context);
            return decode(exchange, response);
        } catch (PolicyResolver.Refused e) {
            throw e.refusal();
        } catch (IOException e) {
            // The context gets to know the end points of the first connection that anything is sent over, the question
            // to a
            // proxy for a tunnel included.
            if (context.getEndpointDetails() == null) {
                exchange.neverConnected();
            }
            throw e;
        }
    }

    private CloseableHttpClient client(TransportRequest request) throws IOException {
        if (own != null) {
            return own.client(request.addressPolicy(), request.uri());
        }
        if (!request.addressPolicy().isUnrestricted()) {
            throw new TransportException(
                    Kind.ADDRESS,
                    Delivery.NOT_SENT,
                    "The request to " + request.uri().getHost() + " has an address policy, which cannot be kept over"
                            + " somebody else's client; make the transport with create()",
                    null);
        }
        return client;
    }

    /**
     * Tells whether address policies are kept.
     *
     * @return true if the client is the transport's own, since only that one's connections are all of its making
     */
    @Override
    public boolean honoursAddressPolicy() {
        return own != null;
    }

    /** Refuses every later request, ends the calls that are under way, and closes the client if it is this transport's own. */
    @Override
    public void close() {
        watch.close();
        if (own != null) {
            own.close();
        }
    }

    private HttpUriRequestBase encode(TransportRequest request) {
        HttpUriRequestBase encoded = new HttpUriRequestBase(request.method(), request.uri());
        for (Map.Entry<String, List<String>> field : request.headers().asMap().entrySet()) {
            for (String value : field.getValue()) {
                encoded.addHeader(field.getKey(), value);
            }
        }
        // At least a millisecond, since 0 means for ever here.
        Duration bounded = Collections.min(List.of(request.timeout(), LONGEST_TIMEOUT));
        Timeout timeout = Timeout.ofMilliseconds(Math.max(1, bounded.toMillis()));
        encoded.setConfig(RequestConfig.copy(config)
                .setConnectionRequestTimeout(timeout)
                .setResponseTimeout(timeout)
                .build());
        return encoded;
    }

    private static TransportResponse decode(Exchange exchange, ClassicHttpResponse response) throws IOException {
        TransportHeaders.Builder headers = TransportHeaders.builder();
        for (Header header : response.getHeaders()) {
            headers.add(header.getName(), header.getValue() == null ? "" : header.getValue());
        }
        @Nullable HttpEntity entity = response.getEntity();
        InputStream content = entity == null ? null : entity.getContent();
        return exchange.response(response.getCode(), headers.build(), content, () -> release(response));
    }

    /** Closes the connection unless the body's end has given it back already. Drains nothing. */
    private static void release(ClassicHttpResponse response) {
        if (response instanceof ModalCloseable) {
            ((ModalCloseable) response).close(CloseMode.IMMEDIATE);
        } else {
            Closer.closeQuietly(response);
        }
    }

    /** Never repeatable, so that no retry strategy sends it again. */
    private static final class OnceEntity extends AbstractHttpEntity {

        private final Exchange exchange;

        OnceEntity(Exchange exchange) {
            super((String) null, null, exchange.bodyLength() == RequestBody.UNKNOWN_LENGTH);
            this.exchange = exchange;
        }

        @Override
        public boolean isRepeatable() {
            return false;
        }

        @Override
        public long getContentLength() {
            return exchange.bodyLength();
        }

        @Override
        public InputStream getContent() {
            throw new UnsupportedOperationException("The body is written, not read");
        }

        @Override
        public boolean isStreaming() {
            return true;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            exchange.writeBody(out);
        }

        @Override
        public void close() {}
    }
}
