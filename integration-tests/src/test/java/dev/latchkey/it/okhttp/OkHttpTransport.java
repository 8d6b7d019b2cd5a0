package dev.latchkey.it.okhttp;

import static dev.latchkey.auth.spi.TransportException.Delivery.NOT_SENT;
import static dev.latchkey.auth.spi.TransportException.Delivery.UNKNOWN;
import static dev.latchkey.auth.spi.TransportException.Kind.CLOSED;
import static dev.latchkey.auth.spi.TransportException.Kind.CONNECT;
import static dev.latchkey.auth.spi.TransportException.Kind.DEADLINE;
import static dev.latchkey.auth.spi.TransportException.Kind.EXCHANGE;
import static dev.latchkey.auth.spi.TransportException.Kind.INTERRUPTED;
import static dev.latchkey.auth.spi.TransportException.Kind.RESOLVE;
import static dev.latchkey.auth.spi.TransportException.Kind.TLS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSink;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/**
 * Sends over OkHttp. The proxy, TLS, connections and threads are those of the client that it is given, which stays open.
 */
public final class OkHttpTransport implements HttpTransport {

    private final OkHttpClient client;

    /** Takes a client without cookies and authenticator, as OkHttp's own default is. */
    public OkHttpTransport(OkHttpClient client) {
        this.client = client.newBuilder()
                .followRedirects(false)
                .retryOnConnectionFailure(false)
                .readTimeout(Duration.ZERO)
                .addNetworkInterceptor(chain -> {
                    // Called once there is a connection, TLS and all: before that, nothing can have been sent.
                    chain.call().request().tag(AtomicBoolean.class).set(true);
                    return chain.proceed(chain.request());
                })
                .build();
    }

    @Override
    public TransportResponse send(TransportRequest request) throws TransportException {
        Request.Builder http =
                new Request.Builder().url(request.uri().toString()).tag(AtomicBoolean.class, new AtomicBoolean());
        request.headers().asMap().forEach((name, all) -> all.forEach(value -> http.addHeader(name, value)));
        RequestBody none = request.method().startsWith("P") ? RequestBody.EMPTY : null;
        http.method(request.method(), request.body().map(OkHttpTransport::once).orElse(none));
        Call call = client.newCall(http.build());
        call.timeout().timeout(NANOSECONDS.convert(request.timeout()), NANOSECONDS);
        return on(call, () -> decode(call, call.execute()));
    }

    private TransportResponse decode(Call call, Response response) throws IOException {
        if (response.header("Content-Length") != null && response.body().contentLength() < 0) {
            throw new ProtocolException("The Content-Length is not a number");
        }
        TransportHeaders.Builder headers = TransportHeaders.builder();
        response.headers().forEach(header -> headers.add(header.getFirst(), header.getSecond()));
        Source body = new ForwardingSource(response.body().source()) {
            @Override
            public long read(Buffer sink, long byteCount) throws IOException {
                return on(call, () -> super.read(sink, byteCount));
            }
        };
        // Okio's own stream blocks when asked for no bytes, as readNBytes does at its end; this one does not.
        InputStream in = new BufferedInputStream(Okio.buffer(body).inputStream());
        return TransportResponse.of(response.code(), headers.build(), in, call::cancel);
    }

    // One shot, because OkHttp sends a body again on a 503 with Retry-After: 0.
    private static RequestBody once(dev.latchkey.auth.spi.RequestBody body) {
        return new RequestBody() {
            @Override
            public @Nullable MediaType contentType() {
                return null;
            }

            @Override
            public long contentLength() {
                return body.length();
            }

            @Override
            public boolean isOneShot() {
                return true;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                try (Source source = Okio.source(body.open())) {
                    sink.writeAll(source);
                }
            }
        };
    }

    // Blocks on another thread, because a socket cannot be interrupted.
    private <T> T on(Call call, Callable<T> work) throws TransportException {
        try {
            return client.dispatcher().executorService().submit(work).get();
        } catch (InterruptedException e) {
            call.cancel();
            Thread.currentThread().interrupt();
            throw new TransportException(INTERRUPTED, UNKNOWN, "Interrupted", e);
        } catch (ExecutionException | RejectedExecutionException e) {
            throw failure(call, e instanceof ExecutionException ? e.getCause() : e);
        }
    }

    private static TransportException failure(Call call, Throwable cause) {
        boolean connected = call.request().tag(AtomicBoolean.class).get();
        Kind kind = cause instanceof InterruptedIOException ? DEADLINE : connected ? EXCHANGE : early(cause);
        String message = kind + " at " + call.request().url().host();
        return new TransportException(kind, connected ? UNKNOWN : NOT_SENT, message, cause);
    }

    private static Kind early(Throwable cause) {
        if (cause instanceof UnknownHostException || cause instanceof RejectedExecutionException) {
            return cause instanceof UnknownHostException ? RESOLVE : CLOSED;
        }
        boolean brokenOff = cause.getCause() instanceof EOFException
                || String.valueOf(cause).contains("close_notify");
        return cause instanceof SSLException && !brokenOff ? TLS : CONNECT;
    }
}
