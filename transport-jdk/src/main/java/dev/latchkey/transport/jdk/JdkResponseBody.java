package dev.latchkey.transport.jdk;

import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The body as a stream whose reader waits no longer than until the deadline. The JDK's own stream waits for ever, and
 * {@code HttpRequest.timeout} ends when the headers are there.
 *
 * <p>The client puts what it receives into a queue, at most two portions ahead of the reader.
 */
final class JdkResponseBody extends InputStream implements BodyHandler<InputStream>, BodySubscriber<InputStream> {

    /** Told apart by identity from every portion that the client may give, so not {@code List.of()}. */
    private static final List<ByteBuffer> END = List.of(ByteBuffer.allocate(0));

    private static final Flow.Subscription CANCELLED = new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    };

    private final String host;
    private final long deadline;
    private final JdkRequestBody requestBody;
    private final BlockingQueue<List<ByteBuffer>> portions = new LinkedBlockingQueue<>();
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();
    private volatile @Nullable Throwable failure;
    private volatile boolean complete;
    private volatile boolean closed;
    private Iterator<ByteBuffer> portion = Collections.emptyIterator();
    private @Nullable ByteBuffer buffer;
    private boolean ended;

    JdkResponseBody(String host, long deadline, JdkRequestBody requestBody) {
        this.host = host;
        this.deadline = deadline;
        this.requestBody = requestBody;
    }

    @Override
    public BodySubscriber<InputStream> apply(ResponseInfo response) {
        return this;
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription received) {
        if (subscription.compareAndSet(null, received)) {
            received.request(1);
        } else {
            // Closed before the answer began, by a caller that was interrupted.
            received.cancel();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> received) {
        portions.add(received);
    }

    @Override
    public void onError(Throwable thrown) {
        failure = thrown;
        portions.add(END);
    }

    @Override
    public void onComplete() {
        complete = true;
        portions.add(END);
    }

    @Override
    public int read() throws IOException {
        ByteBuffer from = next();
        return from == null ? -1 : from.get() & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        ByteBuffer from = next();
        if (from == null) {
            return -1;
        }
        int count = Math.min(length, from.remaining());
        from.get(target, offset, count);
        return count;
    }

    @Override
    public int available() {
        ByteBuffer from = buffer;
        return from == null || closed ? 0 : from.remaining();
    }

    /** Gives a buffer with something in it, or null at the end. */
    private @Nullable ByteBuffer next() throws IOException {
        if (closed) {
            throw new IOException("The response is closed");
        }
        while (!ended && (buffer == null || !buffer.hasRemaining())) {
            if (portion.hasNext()) {
                buffer = portion.next();
            } else {
                take();
            }
        }
        return ended ? null : buffer;
    }

    private void take() throws TransportException {
        List<ByteBuffer> taken = await();
        Throwable thrown = failure;
        if (closed) {
            throw new TransportException(Kind.CLOSED, Delivery.UNKNOWN, "The response was closed", null);
        }
        if (taken != END) {
            portion = taken.iterator();
            Objects.requireNonNull(subscription.get()).request(1);
        } else if (thrown != null) {
            close();
            throw new TransportException(
                    Kind.EXCHANGE, Delivery.UNKNOWN, "The answer of " + host + " broke off", thrown);
        } else {
            ended = true;
            requestBody.close();
        }
    }

    private List<ByteBuffer> await() throws TransportException {
        try {
            long left = deadline - System.nanoTime();
            List<ByteBuffer> taken = left <= 0 ? null : portions.poll(left, TimeUnit.NANOSECONDS);
            if (taken == null) {
                close();
                throw new TransportException(
                        Kind.DEADLINE, Delivery.UNKNOWN, "The answer of " + host + " did not end in time", null);
            }
            return taken;
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new TransportException(
                    Kind.INTERRUPTED, Delivery.UNKNOWN, "Interrupted while reading the answer of " + host, e);
        }
    }

    /** Leaves the connection to the client's pool if the body has come to its end, and closes it otherwise. */
    @Override
    public void close() {
        closed = true;
        Flow.Subscription received = subscription.getAndSet(CANCELLED);
        if (received != null && !complete) {
            received.cancel();
        }
        portions.add(END);
        requestBody.close();
    }
}
