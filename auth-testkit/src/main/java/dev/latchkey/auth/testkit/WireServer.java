package dev.latchkey.auth.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server on loopback that answers, byte by byte, what a test says: rightly, wrongly, slowly, or not at all.
 *
 * <pre>{@code
 * try (WireServer server = WireServer.start(connection -> connection.write("HTTP/1.1 204 No Content\r\n\r\n"))) {
 *     …
 *     assertThat(server.requests()).hasSize(1);
 * }
 * }</pre>
 *
 * <p>The script is run for each request, on the connection's own thread, after the request was read whole. When it returns
 * without having closed the connection, the next request on that connection is read. Safe for use by any number of
 * threads at once.
 */
public final class WireServer implements AutoCloseable {

    /** Answers one request. */
    @FunctionalInterface
    public interface Script {

        /**
         * Answers the request that was just read.
         *
         * @param connection the connection, with the request
         * @throws IOException if the client has gone away, which ends the connection
         */
        void answer(WireConnection connection) throws IOException;
    }

    private final ServerSocket listener;
    private final Script script;
    private final @Nullable TestCertificate certificate;
    private final boolean reading;
    private final List<WireRequest> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    private WireServer(Script script, boolean reading, @Nullable TestCertificate certificate) {
        try {
            this.script = script;
            this.reading = reading;
            this.certificate = certificate;
            this.listener = certificate == null
                    ? new ServerSocket()
                    : certificate.serverContext().getServerSocketFactory().createServerSocket();
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
        } catch (IOException e) {
            throw new AssertionError("No server socket on loopback", e);
        }
        spawn("wire-server", this::accept);
    }

    /**
     * Starts a server for plain http.
     *
     * @param script answers each request
     * @return the server, which listens already
     */
    public static WireServer start(Script script) {
        return new WireServer(script, true, null);
    }

    /**
     * Starts a server for https, with a certificate made for it.
     *
     * @param host the host name that the certificate is for; {@code localhost} is the right one
     * @param script answers each request
     * @return the server, which listens already
     */
    public static WireServer startTls(String host, Script script) {
        try {
            return new WireServer(script, true, TestCertificate.of(host));
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError("No certificate for " + host, e);
        }
    }

    /**
     * Starts a server that runs the script for each connection, without having read anything.
     *
     * @param script does what it likes with a connection that has no request
     * @return the server, which listens already
     */
    public static WireServer startUnread(Script script) {
        return new WireServer(script, false, null);
    }

    /**
     * Gives the address of a path at this server.
     *
     * @param path the path and query, which begins with a slash or is empty
     * @return an absolute URI; its host is {@code localhost} for https, and the loopback address for http
     */
    public URI uri(String path) {
        String origin = certificate == null ? "http://127.0.0.1:" : "https://localhost:";
        return URI.create(origin + listener.getLocalPort() + path);
    }

    /**
     * Gives what a client needs to trust this server.
     *
     * @return the trust in this server's certificate alone
     * @throws IllegalStateException if this server speaks plain http
     */
    public ServerTrust trust() {
        if (certificate == null) {
            throw new IllegalStateException("A server for plain http needs no trust");
        }
        return certificate.trust();
    }

    /**
     * Lists the requests that were read whole, in the order in which that happened.
     *
     * @return a snapshot
     */
    public List<WireRequest> requests() {
        return List.copyOf(requests);
    }

    /**
     * Counts the connections that were accepted.
     *
     * @return how many there were so far
     */
    public int connections() {
        return connections.get();
    }

    /**
     * Counts the connections that have come to their end, by either side.
     *
     * @return how many have ended so far
     */
    public int endedConnections() {
        return ended.get();
    }

    /** Stops listening and drops every connection. */
    @Override
    public void close() {
        quietly(listener);
        sockets.forEach(WireServer::quietly);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                connections.incrementAndGet();
                spawn("wire-connection", () -> serve(socket));
            }
        } catch (IOException e) {
            // Closed: the server has done its duty.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            if (!reading) {
                script.answer(new WireConnection(socket));
                return;
            }
            WireReader reader = new WireReader(socket.getInputStream());
            WireRequest request = reader.next();
            while (request != null) {
                requests.add(request);
                script.answer(new WireConnection(socket, request, requests.size()));
                request = socket.isClosed() ? null : reader.next();
            }
        } catch (IOException e) {
            // The client has gone away, or never came to speak HTTP: what the test then sees of it is its business.
        } finally {
            sockets.remove(socket);
            ended.incrementAndGet();
        }
    }

    private static void spawn(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void quietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // Nobody is interested any more.
        }
    }
}
