package dev.latchkey.auth.interactive;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;

/** One connection of a browser, or of somebody else: it says what it has to say within its time. */
final class CallbackConnection {

    private static final int DRAIN_CAP = 256 * 1024;

    private final Socket socket;
    private final long deadline;

    CallbackConnection(Socket socket, Duration time) {
        this.socket = socket;
        this.deadline = System.nanoTime() + time.toNanos();
    }

    /** Gives the callback that the connection brings; anything else is answered here with 404. */
    Optional<AuthorizationCallback> receive(CallbackReader reader) {
        try {
            InputStream in = new BufferedInputStream(new TimedInput());
            Optional<AuthorizationCallback> callback = Optional.empty();
            try {
                callback = reader.read(in);
            } catch (SocketTimeoutException e) {
                close();
                return Optional.empty();
            } catch (IOException e) {
                // Too long, or cut off: answered like all that is not a callback.
            }
            if (callback.isEmpty()) {
                CallbackPage.NOT_FOUND.writeTo(socket.getOutputStream());
                socket.shutdownOutput();
                drain(in);
                close();
            }
            return callback;
        } catch (IOException e) {
            close();
            return Optional.empty();
        }
    }

    /** Shows the page, which is small enough not to wait for the reader, and closes. */
    void answer(CallbackPage page) {
        try {
            page.writeTo(socket.getOutputStream());
        } catch (IOException e) {
            // The browser has gone; what it brought is here.
        } finally {
            close();
        }
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Closed as far as it can be.
        }
    }

    /** Bytes left unread when a socket closes make the other side's system forget the answer. */
    private static void drain(InputStream in) throws IOException {
        byte[] buffer = new byte[8192];
        for (int total = 0, count; total < DRAIN_CAP; total += count) {
            count = in.read(buffer);
            if (count < 0) {
                return;
            }
        }
    }

    /** Spreads the connection's time over all its reads. */
    private final class TimedInput extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new SocketTimeoutException("The connection's time is over");
            }
            socket.setSoTimeout((int) Math.min(millis, Integer.MAX_VALUE));
            return socket.getInputStream().read(buffer, offset, length);
        }
    }
}
