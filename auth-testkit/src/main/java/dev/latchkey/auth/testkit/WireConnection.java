package dev.latchkey.auth.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One connection to a {@link WireServer}, with the request that was read from it last. For the connection's own thread. */
public final class WireConnection {

    private final Socket socket;
    private final @Nullable WireRequest request;
    private final int number;

    WireConnection(Socket socket) {
        this(socket, null, 0);
    }

    WireConnection(Socket socket, @Nullable WireRequest request, int number) {
        this.socket = socket;
        this.request = request;
        this.number = number;
    }

    /**
     * Gives the request to answer.
     *
     * @return the request
     * @throws IllegalStateException if the server reads none
     */
    public WireRequest request() {
        if (request == null) {
            throw new IllegalStateException("This server does not read requests");
        }
        return request;
    }

    /**
     * Tells the how-manieth request of the whole server this is.
     *
     * @return 1 for the first; exact only while requests come one after another
     */
    public int number() {
        return number;
    }

    /**
     * Writes at once, without any framing of its own.
     *
     * @param latin1 what to write; each character is a byte
     * @throws IOException if the client has gone away
     */
    public void write(String latin1) throws IOException {
        write(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * Writes at once, without any framing of its own.
     *
     * @param bytes what to write
     * @throws IOException if the client has gone away
     */
    public void write(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
    }

    /**
     * Writes a whole response with a {@code Content-Length}.
     *
     * @param status the status, or the status and a reason
     * @param headers header lines, each ended by CR LF; possibly empty
     * @param body the body
     * @throws IOException if the client has gone away
     */
    public void respond(String status, String headers, String body) throws IOException {
        write("HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /** Says nothing more, and returns when the client has closed its side. */
    public void stall() {
        try {
            InputStream in = socket.getInputStream();
            byte[] ignored = new byte[8192];
            while (in.read(ignored) >= 0) {
                // Whatever the client still sends goes unanswered.
            }
        } catch (IOException e) {
            // Gone as well.
        }
        close();
    }

    /** Reads one record of TLS whole (RFC 8446 §5.1): what is left unread would turn an orderly close into a reset. */
    void readTlsRecord() throws IOException {
        InputStream in = socket.getInputStream();
        byte[] head = in.readNBytes(5);
        in.readNBytes(((head[3] & 0xff) << 8) | (head[4] & 0xff));
    }

    /**
     * Waits at a gate. An interrupt ends the connection.
     *
     * @param gate where to wait
     */
    public void waitAt(Gate gate) {
        try {
            gate.pass();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
        }
    }

    /** Closes the connection in order. */
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Closed enough.
        }
    }

    /**
     * Breaks the connection off, so that the client sees "connection reset".
     *
     * @throws IOException if the socket does not know how
     */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        close();
    }
}
