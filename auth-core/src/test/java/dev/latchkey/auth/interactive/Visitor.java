package dev.latchkey.auth.interactive;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Whoever connects to a receiver: says bytes, hears bytes. */
final class Visitor implements AutoCloseable {
    private final Socket socket;

    private Visitor(Socket socket) {
        this.socket = socket;
    }

    static Visitor to(LoopbackReceiver receiver) throws IOException {
        return to(receiver.redirectUri());
    }

    static Visitor to(URI uri) throws IOException {
        Socket socket = new Socket(InetAddress.getByName(uri.getHost()), uri.getPort());
        socket.setSoTimeout(20_000);
        return new Visitor(socket);
    }

    /** A browser's GET, with the right Host. */
    static String get(LoopbackReceiver receiver, String target) throws IOException {
        return exchange(receiver, "GET " + target + " HTTP/1.1\r\nHost: " + authority(receiver) + "\r\n\r\n");
    }

    static String post(LoopbackReceiver receiver, String contentType, String body) throws IOException {
        return exchange(
                receiver,
                "POST /callback HTTP/1.1\r\nHost: " + authority(receiver) + "\r\nContent-Type: " + contentType
                        + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    static String exchange(LoopbackReceiver receiver, String request) throws IOException {
        try (Visitor visitor = to(receiver)) {
            return visitor.say(request).hear();
        }
    }

    static String authority(LoopbackReceiver receiver) {
        return receiver.redirectUri().getRawAuthority();
    }

    Visitor say(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    String hear() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
