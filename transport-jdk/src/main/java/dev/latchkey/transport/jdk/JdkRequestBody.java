package dev.latchkey.transport.jdk;

import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Publishes a body once, and knows whether that has begun: a client that repeats a request finds no body to send. */
final class JdkRequestBody implements BodyPublisher {

    /** Up to here a body is read into memory at once, which saves the client a stream. */
    private static final int SMALL = 64 * 1024;

    private static final Flow.Subscription NOTHING = new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    };

    private final BodyPublisher bytes;
    private final @Nullable InputStream stream;
    private final AtomicBoolean begun = new AtomicBoolean();

    private JdkRequestBody(BodyPublisher bytes, @Nullable InputStream stream) {
        this.bytes = bytes;
        this.stream = stream;
    }

    static JdkRequestBody open(@Nullable RequestBody body, String host) throws TransportException {
        try {
            if (body == null || body.length() == 0) {
                return new JdkRequestBody(BodyPublishers.noBody(), null);
            }
            InputStream stream = body.open();
            if (body.length() == RequestBody.UNKNOWN_LENGTH || body.length() > SMALL) {
                return new JdkRequestBody(publisher(stream, body.length()), stream);
            }
            try (stream) {
                return new JdkRequestBody(BodyPublishers.ofByteArray(exactly(body.length(), stream)), null);
            }
        } catch (IOException e) {
            throw new TransportException(
                    Kind.EXCHANGE, Delivery.NOT_SENT, "The request's body for " + host + " could not be read", e);
        }
    }

    private static BodyPublisher publisher(InputStream stream, long length) {
        BodyPublisher publisher = BodyPublishers.ofInputStream(() -> stream);
        return length == RequestBody.UNKNOWN_LENGTH ? publisher : BodyPublishers.fromPublisher(publisher, length);
    }

    private static byte[] exactly(long length, InputStream stream) throws IOException {
        byte[] bytes = new byte[(int) length];
        if (stream.readNBytes(bytes, 0, bytes.length) < length || stream.read() >= 0) {
            throw new IOException("The body does not have the " + length + " bytes that it claims");
        }
        return bytes;
    }

    boolean isEmpty() {
        return bytes.contentLength() == 0;
    }

    /** Tells whether the server may have the request: without a first byte of the body it has no whole request. */
    Delivery delivery() {
        return isEmpty() || begun.get() ? Delivery.UNKNOWN : Delivery.NOT_SENT;
    }

    @Override
    public long contentLength() {
        return bytes.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        if (begun.compareAndSet(false, true)) {
            bytes.subscribe(subscriber);
        } else {
            subscriber.onSubscribe(NOTHING);
            subscriber.onError(new IOException("The request was about to be sent a second time"));
        }
    }

    /** Closes what was opened; the client does so only after it has read all of it. */
    void close() {
        if (stream != null) {
            try {
                stream.close();
            } catch (IOException e) {
                // Whatever it was, the exchange is over.
            }
        }
    }
}
