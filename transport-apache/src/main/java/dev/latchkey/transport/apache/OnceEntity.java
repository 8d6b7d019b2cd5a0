package dev.latchkey.transport.apache;

import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException.Delivery;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/** The request's body: opened once, and never repeatable, so that no retry strategy sends it again. */
final class OnceEntity extends AbstractHttpEntity {

    private final RequestBody body;
    private volatile boolean begun;

    OnceEntity(RequestBody body) {
        super((String) null, null, body.length() == RequestBody.UNKNOWN_LENGTH);
        this.body = body;
    }

    boolean hasBegun() {
        return begun;
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
