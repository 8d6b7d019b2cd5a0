package dev.latchkey.transport.jdk;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.spi.exchange.ExchangeFailure;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Sends over {@link HttpClient}, the client that comes with Java.
 *
 * <p>A request with a body is sent once. The JDK itself sends a GET or HEAD without a body a second time when a kept-alive
 * connection turns out to be dropped; that cannot be switched off for one client, and is harmless by what those methods
 * mean (RFC 9110 §9.2.2). Over plain http the adapter asks for HTTP/1.1 only, so that no upgrade to HTTP/2 is offered.
 *
 * <p>The time-out needs no thread of its own: the client watches over everything up to the headers, and whoever reads the
 * body waits no longer than what is left. When a call is interrupted on Java 11, its connection is released when an
 * answer begins or at the time-out, whichever comes first; Java 17 releases it at once, and later versions within three
 * seconds. Looking up a host name is no part of what an interrupt or the time-out can cut short.
 *
 * <p>On Java 11 the client refuses to send some headers ({@code Date}, {@code From}, {@code Origin}, {@code Referer},
 * {@code Via}, {@code Warning}); such a request fails with {@link Delivery#NOT_SENT}. It does not understand chunk
 * extensions (RFC 9112 §7.1.1) in an answer either, and of a connection that is reset in its TLS handshake it does not
 * tell that this was so.
 *
 * <p>An {@link dev.latchkey.auth.spi.AddressPolicy} is checked right before the request is sent, with all addresses that the
 * JVM has for the host, and the client connects to the first of the same ones as long as the JVM caches them (30 seconds by
 * default); each policy has connections of its own. Its limit: an entry that expires in that moment lets a name server that changes its answer through. If strangers choose
 * the hosts, {@code transport-apache} is the safer one, since it checks what it connects to. Without the cache such a request
 * is refused.
 *
 * <p>Safe for use by any number of threads at once.
 */
public final class JdkTransport implements HttpTransport {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final int SECONDS_BEFORE_IDLE_THREADS_END = 2;

    // Let go of when closed: the JDK's selector thread ends once its client is unreachable (no close() before Java 21).
    private volatile @Nullable Clients clients;

    private JdkTransport(Clients clients) {
        this.clients = clients;
    }

    /**
     * Makes a transport with a client of its own.
     *
     * <p>That client connects within ten seconds, speaks HTTP/1.1 over TLS 1.2 or 1.3, takes its proxy from the system's
     * {@link java.net.ProxySelector} and trust from the default TLS context. HTTP/2 gains nothing for few small requests,
     * and would have the client repeat requests that a server refused when it closed a connection. Its daemon threads
     * end by themselves two seconds after they were last needed.
     *
     * @return the transport
     */
    public static JdkTransport create() {
        return new JdkTransport(new Clients(safeDefault()));
    }

    /**
     * Makes a transport with a client of its own, as {@link #create()} does, that trusts others than the JVM does, or shows
     * a certificate.
     *
     * @param tls decides which servers are trusted; their names are checked as well
     * @return the transport
     */
    public static JdkTransport create(SSLContext tls) {
        Objects.requireNonNull(tls, "tls");
        return new JdkTransport(new Clients(safeDefault().sslContext(tls)));
    }

    private static HttpClient.Builder safeDefault() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                SECONDS_BEFORE_IDLE_THREADS_END,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                JdkTransport::daemon);
        return HttpClient.newBuilder()
                .executor(threads)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslParameters(new SSLParameters(null, new String[] {"TLSv1.3", "TLSv1.2"}));
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(null, work, "latchkey-transport-jdk", 0, false);
        thread.setDaemon(true);
        // A thread that outlives a plugin must not hold on to its classes.
        thread.setContextClassLoader(null);
        return thread;
    }

    /**
     * Makes a transport over a client of the caller's, who keeps it: its proxy, TLS context, executor and version apply. Since its
     * proxy and its open connections are not the transport's, such a one refuses requests with an address policy.
     *
     * @param client a client that neither follows redirects, nor keeps cookies, nor authenticates
     * @return the transport
     * @throws IllegalArgumentException if the client does one of these; the message names which
     */
    public static JdkTransport over(HttpClient client) {
        Objects.requireNonNull(client, "client");
        if (client.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException("The HttpClient follows redirects (followRedirects is "
                    + client.followRedirects() + "); build it with Redirect.NEVER");
        }
        if (client.cookieHandler().isPresent()) {
            throw new IllegalArgumentException("The HttpClient has a cookieHandler; build it without one");
        }
        if (client.authenticator().isPresent()) {
            throw new IllegalArgumentException("The HttpClient has an authenticator; build it without one");
        }
        return new JdkTransport(new Clients(client));
    }

    @Override
    public TransportResponse send(TransportRequest request) throws TransportException {
        long nanos = nanos(request.timeout());
        long deadline = System.nanoTime() + nanos;
        String host = request.uri().getHost();
        Clients open = clients;
        if (open == null) {
            throw new TransportException(Kind.CLOSED, Delivery.NOT_SENT, "The transport is closed", null);
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new TransportException(
                    Kind.INTERRUPTED, Delivery.NOT_SENT, "Interrupted before sending to " + host, null);
        }
        HttpClient client = open.forPolicy(request.addressPolicy(), host);
        CheckedAddresses.check(request.addressPolicy(), host);
        long left = Math.max(1, deadline - System.nanoTime());
        JdkRequestBody requestBody = JdkRequestBody.open(request.body().orElse(null), host);
        JdkResponseBody responseBody = new JdkResponseBody(host, deadline, requestBody);
        try {
            HttpRequest encoded = encode(request, requestBody, Duration.ofNanos(left));
            return decode(client.send(encoded, responseBody), responseBody, host);
        } catch (InterruptedException e) {
            responseBody.close();
            Thread.currentThread().interrupt();
            throw new TransportException(
                    Kind.INTERRUPTED, Delivery.UNKNOWN, "Interrupted while waiting for " + host, e);
        } catch (IOException | RuntimeException e) {
            responseBody.close();
            throw classify(e, host, requestBody, deadline - System.nanoTime() <= 0);
        }
    }

    private static TransportException classify(Exception failure, String host, JdkRequestBody body, boolean late) {
        if (failure instanceof HttpConnectTimeoutException) {
            Kind kind = late ? Kind.DEADLINE : Kind.CONNECT;
            return new TransportException(kind, Delivery.NOT_SENT, "No connection to " + host + " in time", failure);
        }
        // The request's time-out is the only other one that the client has.
        boolean timeout = late || failure instanceof HttpTimeoutException;
        return ExchangeFailure.classify(failure, host, body.delivery(), timeout);
    }

    /**
     * Tells whether address policies are kept, which needs the JVM's cache of addresses, and a client that is the transport's own.
     *
     * @return true unless the security property {@code networkaddress.cache.ttl} is 0, or the client somebody else's
     */
    @Override
    public boolean honoursAddressPolicy() {
        Clients open = clients;
        return open != null && open.areOwn() && CheckedAddresses.areCached();
    }

    /** Refuses every later request. Calls that are under way end by their time-outs at the latest. */
    @Override
    public void close() {
        clients = null;
    }

    private static long nanos(Duration timeout) {
        // Half the range, so that differences of two points in time never overflow.
        Duration longest = Duration.ofNanos(Long.MAX_VALUE / 2);
        return timeout.compareTo(longest) > 0 ? Long.MAX_VALUE / 2 : timeout.toNanos();
    }

    private static HttpRequest encode(TransportRequest request, JdkRequestBody body, Duration timeout)
            throws TransportException {
        try {
            HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri()).timeout(timeout);
            if ("http".equalsIgnoreCase(request.uri().getScheme())) {
                builder.version(HttpClient.Version.HTTP_1_1);
            }
            builder.method(request.method(), body.isEmpty() ? BodyPublishers.noBody() : body);
            for (Map.Entry<String, List<String>> field :
                    request.headers().asMap().entrySet()) {
                for (String value : field.getValue()) {
                    builder.header(field.getKey(), value);
                }
            }
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new TransportException(
                    Kind.EXCHANGE,
                    Delivery.NOT_SENT,
                    "Java's HTTP client refuses to send the method or a header of this request: " + request.method()
                            + ' ' + request.headers().names(),
                    null);
        }
    }

    private static TransportResponse decode(HttpResponse<?> response, JdkResponseBody body, String host)
            throws TransportException {
        try {
            TransportHeaders.Builder headers = TransportHeaders.builder();
            response.headers().map().forEach((name, values) -> {
                // The client hands out HTTP/2's pseudo-header ":status" among the fields, which it is none of (RFC 9113
                // §8.3).
                if (!name.startsWith(":")) {
                    values.forEach(value -> headers.add(name, value));
                }
            });
            return TransportResponse.of(response.statusCode(), headers.build(), body, body::close);
        } catch (IllegalArgumentException e) {
            body.close();
            throw new TransportException(
                    Kind.EXCHANGE, Delivery.UNKNOWN, "The answer of " + host + " was not HTTP", null);
        }
    }
}
