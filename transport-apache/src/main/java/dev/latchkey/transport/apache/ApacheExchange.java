package dev.latchkey.transport.apache;

import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.io.ModalCloseable;
import org.jspecify.annotations.Nullable;

/** One request under way, until its response's body has ended or was closed. */
final class ApacheExchange {

    private final HttpUriRequestBase request;
    private final HttpClientContext context = HttpClientContext.create();
    private final String host;
    private final long deadline;
    private final Watchdog watchdog;
    private final @Nullable OnceEntity entity;
    private final AtomicReference<@Nullable Kind> aborted = new AtomicReference<>();
    private volatile @Nullable Thread blocked = Thread.currentThread();
    private volatile boolean answered;
    private volatile boolean ended;

    ApacheExchange(
            HttpUriRequestBase request,
            @Nullable RequestBody body,
            boolean mayBeRepeated,
            long deadline,
            Watchdog watchdog) {
        this.request = request;
        this.host = request.getAuthority().getHostName();
        this.deadline = deadline;
        this.watchdog = watchdog;
        // An entity even where there is no body, since nothing else keeps a client's retry strategy from its work; but
        // the client sends none with TRACE, and none without a content type with OPTIONS.
        boolean needsEntity =
                body != null || (mayBeRepeated && !List.of("TRACE", "OPTIONS").contains(request.getMethod()));
        this.entity = needsEntity ? new OnceEntity(body == null ? RequestBody.of(new byte[0]) : body) : null;
        request.setEntity(entity);
    }

    HttpUriRequestBase request() {
        return request;
    }

    HttpClientContext context() {
        return context;
    }

    long nanosLeft(long now) {
        return deadline - now;
    }

    boolean isInterrupted() {
        Thread waiting = blocked;
        return waiting != null && waiting.isInterrupted();
    }

    void unblocked() {
        blocked = null;
    }

    void abort(Kind kind) {
        if (!ended && aborted.compareAndSet(null, kind)) {
            watchdog.forget(this);
            request.cancel();
        }
    }

    void end() {
        ended = true;
        watchdog.forget(this);
    }

    /** Ends, and closes the connection unless the body's end has given it back already. Drains nothing. */
    void end(@Nullable ClassicHttpResponse response) {
        end();
        if (response instanceof ModalCloseable) {
            ((ModalCloseable) response).close(CloseMode.IMMEDIATE);
        } else {
            request.cancel();
            Closer.closeQuietly(response);
        }
    }

    InputStream body(InputStream content, ClassicHttpResponse response) {
        answered = true;
        return new Body(content, response);
    }

    TransportException classify(Exception failure) {
        Kind cut = aborted.get();
        Delivery delivery = entity == null ? Delivery.UNKNOWN : entity.delivery();
        if (cut == Kind.INTERRUPTED || Thread.currentThread().isInterrupted()) {
            return failure(Kind.INTERRUPTED, delivery, "Interrupted while waiting for " + host, failure);
        }
        if (cut == Kind.CLOSED) {
            return failure(Kind.CLOSED, delivery, "The transport was closed while waiting for " + host, failure);
        }
        boolean late = cut == Kind.DEADLINE || nanosLeft(System.nanoTime()) <= 0;
        if (failure instanceof UnknownHostException) {
            return failure(Kind.RESOLVE, Delivery.NOT_SENT, "No address for " + host, failure);
        }
        if (neverConnected(failure)) {
            Kind kind = late ? Kind.DEADLINE : Kind.CONNECT;
            return failure(kind, Delivery.NOT_SENT, "No connection to " + host, failure);
        }
        if (late || failure instanceof SocketTimeoutException) {
            return failure(Kind.DEADLINE, delivery, "No answer from " + host + " in time", failure);
        }
        if (brokenOffInHandshake(failure)) {
            String message = "The connection to " + host + " ended before it was ready";
            return failure(Kind.CONNECT, Delivery.NOT_SENT, message, failure);
        }
        if (failure instanceof SSLException) {
            Delivery tls = duringHandshake(failure) ? Delivery.NOT_SENT : Delivery.UNKNOWN;
            return failure(Kind.TLS, tls, "No TLS connection to " + host, failure);
        }
        if (failure instanceof IllegalStateException) {
            return failure(Kind.CLOSED, delivery, "The HTTP client for " + host + " is closed", failure);
        }
        if (failure instanceof IllegalArgumentException
                || failure instanceof MalformedChunkCodingException
                || failure.getCause() instanceof HttpException) {
            // The client quotes what it could not parse, which may be anything: it is not passed on.
            return failure(Kind.EXCHANGE, Delivery.UNKNOWN, "The answer of " + host + " was not HTTP", null);
        }
        return failure(Kind.EXCHANGE, delivery, "The connection to " + host + " failed", failure);
    }

    private TransportException failure(Kind kind, Delivery delivery, String message, @Nullable Exception cause) {
        return new TransportException(kind, answered ? Delivery.UNKNOWN : delivery, message, cause);
    }

    private static boolean neverConnected(Exception failure) {
        return failure instanceof ConnectException
                || failure instanceof NoRouteToHostException
                || failure instanceof ConnectTimeoutException
                || failure instanceof ConnectionRequestTimeoutException;
    }

    /**
     * Tells whether the connection ended before it was made: the context gets to know the end points of the first connection
     * that anything is sent over, the question to a proxy for a tunnel included. There are no types for what the JDK says
     * then; Java 11 and 17 differ in what they wrap.
     */
    private boolean brokenOffInHandshake(Exception failure) {
        if (context.getEndpointDetails() != null || (entity != null && entity.hasBegun())) {
            return false;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketException
                    || cause instanceof EOFException
                    || (cause instanceof SSLException
                            && String.valueOf(cause.getMessage()).endsWith("Received close_notify during handshake"))) {
                return true;
            }
        }
        return false;
    }

    /** A server's alert may come after the request (TLS 1.3 looks at a client's certificate late), our own comes before. */
    private static boolean duringHandshake(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException || cause instanceof SSLPeerUnverifiedException) {
                return true;
            }
        }
        return failure instanceof SSLHandshakeException
                && !String.valueOf(failure.getMessage()).contains("fatal alert");
    }

    /** The response's body, whose reader the watchdog may cut off. */
    private final class Body extends InputStream {

        private final InputStream content;
        private final ClassicHttpResponse response;
        private boolean atEnd;

        Body(InputStream content, ClassicHttpResponse response) {
            this.content = content;
            this.response = response;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (atEnd) {
                return -1;
            }
            if (ended) {
                throw new IOException("The response is closed");
            }
            blocked = Thread.currentThread();
            try {
                int count = content.read(target, offset, length);
                if (aborted.get() != null) {
                    throw new IOException("The exchange was cut off");
                }
                if (count < 0) {
                    atEnd = true;
                    end();
                }
                return count;
            } catch (IOException e) {
                end(response);
                throw classify(e);
            } finally {
                blocked = null;
            }
        }

        @Override
        public int available() throws IOException {
            return ended ? 0 : content.available();
        }

        @Override
        public void close() {
            end(response);
        }
    }
}
