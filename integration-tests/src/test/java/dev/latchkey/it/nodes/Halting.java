package dev.latchkey.it.nodes;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A transport and a store under one client, whose first refresh stands still for ever at a point. */
final class Halting {

    private final Point point;
    private final Runnable stands;
    private volatile boolean answered;

    /**
     * Makes both.
     *
     * @param stands is run when the point is reached
     */
    Halting(Point point, Runnable stands) {
        this.point = point;
        this.stands = stands;
    }

    HttpTransport transport(HttpTransport below) {
        // The only requests with a body are those that redeem the refresh token.
        return request -> request.body().isEmpty() ? below.send(request) : redeem(below, request);
    }

    private TransportResponse redeem(HttpTransport below, TransportRequest request) throws TransportException {
        reached(Point.BEFORE_SENDING);
        if (point == Point.AFTER_SENDING) {
            sendOnly(request);
            reached(Point.AFTER_SENDING);
        }
        try (TransportResponse response = below.send(request)) {
            byte[] body = response.body().readAllBytes();
            answered = true;
            reached(Point.AFTER_THE_ANSWER);
            return TransportResponse.of(
                    response.status(), response.headers(), new ByteArrayInputStream(body), () -> {});
        } catch (TransportException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the request, and never reads. The kernel keeps the connection until the process is gone. */
    @SuppressWarnings("resource") // Closing it would be another way to end than being killed.
    private static void sendOnly(TransportRequest request) {
        try (InputStream body = request.body().orElseThrow().open()) {
            byte[] form = body.readAllBytes();
            StringBuilder head = new StringBuilder("POST " + request.uri().getRawPath() + " HTTP/1.1\r\nHost: "
                    + request.uri().getRawAuthority() + "\r\nContent-Length: " + form.length + "\r\n");
            for (String name : request.headers().names()) {
                head.append(name)
                        .append(": ")
                        .append(request.headers().first(name).orElseThrow())
                        .append("\r\n");
            }
            Socket socket = new Socket(request.uri().getHost(), request.uri().getPort());
            socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(form);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void reached(Point here) {
        if (here != point) {
            return;
        }
        stands.run();
        while (true) {
            LockSupport.park(this);
        }
    }

    /** Its first write after the answer is the one of the new tokens. */
    TokenStore store(TokenStore below) {
        return new TokenStore() {
            @Override
            public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
                return below.find(key);
            }

            @Override
            public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
                    throws TokenStoreException {
                if (!answered) {
                    return below.replace(key, expected, record);
                }
                reached(Point.BEFORE_THE_WRITE);
                Optional<RecordVersion> version = below.replace(key, expected, record);
                reached(Point.AFTER_THE_WRITE);
                return version;
            }

            @Override
            public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
                return below.remove(key, expected);
            }

            @Override
            public KeyPage keys(String partition, String cursor, int limit) throws TokenStoreException {
                return below.keys(partition, cursor, limit);
            }
        };
    }
}
