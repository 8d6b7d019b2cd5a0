package dev.latchkey.transport.jdk;

import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
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
 * <p>The client puts what it receives into a queue, at most two portions ahead of the reader. Only a small body whose length
 * is known is asked for as a whole, and its last portion is handed over together with its end, so that its reader wakes once.
 */
final class JdkResponseBody extends InputStream implements BodyHandler<InputStream>, BodySubscriber<InputStream> {

    /** Told apart by identity from every portion that the client may give, so not {@code List.of()}. */
    private static final List<ByteBuffer> END = List.of(ByteBuffer.allocate(0));

    /** A length up to which a body is asked for as a whole. */
    private static final int SMALL = 64 * 1024;

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
    // These three belong to the client, which makes one call at a time.
    private boolean whole;
    private int missing;
    private @Nullable List<ByteBuffer> last;
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
        // With HTTP/2 the end is a message of its own, which may come long after the last byte.
        if (response.version() == HttpClient.Version.HTTP_1_1) {
            missing = length(response.headers().firstValue("content-length").orElse(""));
            whole = missing <= SMALL;
        }
        return this;
    }

    /** Gives the length, or more than is small for one that is not known, or that is none. */
    private static int length(String header) {
        try {
            long length = header.isEmpty() ? -1 : Long.parseLong(header);
            return length < 0 || length > SMALL ? SMALL + 1 : (int) length;
        } catch (NumberFormatException e) {
            return SMALL + 1;
        }
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription received) {
        if (subscription.compareAndSet(null, received)) {
            received.request(whole ? Long.MAX_VALUE : 1);
        } else {
            // Closed before the answer began, by a caller that was interrupted.
            received.cancel();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> received) {
        handOverLast();
        if (whole) {
            for (ByteBuffer each : received) {
                missing -= each.remaining();
            }
        }
        if (whole && missing <= 0) {
            last = received;
        } else {
            portions.add(received);
        }
    }

    @Override
    public void onError(Throwable thrown) {
        failure = thrown;
        addEnd();
    }

    @Override
    public void onComplete() {
        complete = true;
        addEnd();
    }

    private void addEnd() {
        handOverLast();
        portions.add(END);
    }

    private void handOverLast() {
        if (last != null) {
            portions.add(last);
            last = null;
        }
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
            if (!whole) {
                Objects.requireNonNull(subscription.get()).request(1);
            }
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
