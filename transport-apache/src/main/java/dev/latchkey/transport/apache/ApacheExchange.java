package dev.latchkey.transport.apache;

import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
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
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.io.ModalCloseable;
import org.jspecify.annotations.Nullable;

/** One request under way, until its response's body has ended or was closed. */
final class ApacheExchange {

    private final HttpUriRequestBase request;
    private final String host;
    private final long deadline;
    private final Watchdog watchdog;
    private final @Nullable Entity entity;
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
        // the
        // client sends none with TRACE, and none without a content type with OPTIONS.
        boolean needsEntity =
                body != null || (mayBeRepeated && !List.of("TRACE", "OPTIONS").contains(request.getMethod()));
        this.entity = needsEntity ? new Entity(body == null ? RequestBody.of(new byte[0]) : body) : null;
        request.setEntity(entity);
    }

    HttpUriRequestBase request() {
        return request;
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

    /** The request's body: opened once, and never repeatable, so that no retry strategy sends it again. */
    private static final class Entity extends AbstractHttpEntity {

        private final RequestBody body;
        private volatile boolean begun;

        Entity(RequestBody body) {
            super((String) null, null, body.length() == RequestBody.UNKNOWN_LENGTH);
            this.body = body;
        }

        /** Tells whether the server may have the request: without a first byte of the body it has no whole request. */
        Delivery delivery() {
            return begun || body.length() == 0 ? Delivery.UNKNOWN : Delivery.NOT_SENT;
        }

        @Override
        public boolean isRepeatable() {
            return false;
        }

        @Override
        public long getContentLength() {
            return body.length();
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
            if (begun) {
                throw new IOException("The request was about to be sent a second time");
            }
            begun = true;
            try (InputStream in = body.open()) {
                long written = in.transferTo(out);
                if (body.length() != RequestBody.UNKNOWN_LENGTH && written != body.length()) {
                    throw new IOException("The body does not have the " + body.length() + " bytes that it claims");
                }
            }
        }

        @Override
        public void close() {}
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
