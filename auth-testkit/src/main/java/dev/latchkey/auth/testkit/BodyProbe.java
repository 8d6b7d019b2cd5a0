package dev.latchkey.auth.testkit;

import dev.latchkey.auth.spi.RequestBody;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;

/** A body that counts how often it is opened and closed. */
final class BodyProbe {

    private final byte[] bytes;
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();

    BodyProbe(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    RequestBody repeatable(long length) {
        return RequestBody.repeatable(length, this::stream);
    }

    RequestBody once(long length) {
        return RequestBody.once(length, this::stream);
    }

    int timesOpened() {
        return opened.get();
    }

    boolean isOpen() {
        return open.get() > 0;
    }

    private InputStream stream() {
        opened.incrementAndGet();
        open.incrementAndGet();
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            private boolean closed;

            @Override
            public void close() throws IOException {
                if (!closed) {
                    closed = true;
                    open.decrementAndGet();
                }
                super.close();
            }
        };
    }
}
