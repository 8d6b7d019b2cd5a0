package dev.latchkey.platform.fault;

import dev.latchkey.platform.exchange.ReceivedRequest;
import dev.latchkey.platform.exchange.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** One exchange in the hands of a {@link Fault}, down to its socket. Used by one thread, until the fault returns. */
public interface Wire {
    /**
     * The request, read whole.
     *
     * @return the request
     */
    ReceivedRequest request();

    /**
     * Lets the platform act on the request, with all its effects, and sends nothing.
     *
     * @return the answer that it would give
     */
    Response process();

    /**
     * Sends a response, whole.
     *
     * @param response the response
     * @throws IOException if the client has gone
     */
    void send(Response response) throws IOException;

    /**
     * Sends the head of a response and opens its body, in chunks.
     *
     * @param head status and header fields
     * @return the body; closing it ends the response
     * @throws IOException if the client has gone
     */
    OutputStream stream(Response head) throws IOException;

    /**
     * Sends bytes as they are, HTTP or not. The connection is closed when the fault ends.
     *
     * @param bytes the bytes
     * @throws IOException if the client has gone
     */
    void write(byte[] bytes) throws IOException;

    /**
     * Waits, or until the platform is closed.
     *
     * @param duration how long
     */
    void pause(Duration duration);

    /** Sends nothing more and keeps the connection open until the client, or the platform, closes it. */
    void stall();

    /** Ends the connection with a TCP reset (RST). */
    void reset();

    /** Ends the connection in order (FIN), with whatever was sent. */
    void hangUp();
}
