package dev.latchkey.auth.interactive;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Receives the browser's answer on this machine (RFC 8252 §7.3), once.
 *
 * <p>It listens on a loopback address only, on a port of the system's choice, and is closed with the first accepted
 * callback, at the end of the wait, or by {@link #close()}. Whatever is not a callback gets 404. The threads that it has
 * during the wait are daemons without a context class loader. Safe for use by several threads; one of them waits.
 *
 * <pre>{@code
 * try (LoopbackReceiver receiver = LoopbackReceiver.open()) {
 *     SignIn signIn = client.interactive(
 *             AuthorizationRequest.of(receiver.redirectUri(), scopes), receiver, SystemBrowser.create());
 * }
 * }</pre>
 */
public final class LoopbackReceiver implements AutoCloseable {

    private static final int REFUSALS = 20;
    private static final int CONNECTIONS = 16;
    private static final String HOST = "the browser";

    /** A callback, and the connection that waits for its page. */
    private static final class Arrival {
        private final AuthorizationCallback callback;
        private final CallbackConnection connection;

        Arrival(AuthorizationCallback callback, CallbackConnection connection) {
            this.callback = callback;
            this.connection = connection;
        }
    }

    private final List<ServerSocket> sockets;
    private final URI redirectUri;
    private final CallbackReader reader;
    private final Duration connectionTime;
    private final AtomicBoolean awaited = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Queue<Thread> listeners = new ConcurrentLinkedQueue<>();
    private final BlockingDeque<CallbackConnection> open = new LinkedBlockingDeque<>();
    /** What waits to be looked at; nothing, at the end, when the receiver is closed. */
    private final BlockingQueue<Optional<Arrival>> arrivals = new LinkedBlockingQueue<>();

    private LoopbackReceiver(List<ServerSocket> sockets, String host, String path, Duration connectionTime) {
        this.sockets = sockets;
        int port = sockets.get(0).getLocalPort();
        this.redirectUri = URI.create("http://" + host + ":" + port + path);
        List<String> hosts = port == 80 ? List.of(host, host + ":80") : List.of(host + ":" + port);
        this.reader = new CallbackReader(path.isEmpty() ? "/" : path, hosts);
        this.connectionTime = connectionTime;
    }

    /**
     * Opens a receiver at {@code http://127.0.0.1:…/callback}, or at {@code [::1]} on a machine without IPv4.
     *
     * @return the receiver, listening but not answering yet
     * @throws TemporaryFailureException if the machine has no port to spare
     */
    public static LoopbackReceiver open() {
        return builder().open();
    }

    /**
     * Starts a receiver whose redirect URI is registered differently.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Gives the redirect URI for the authorization request.
     *
     * @return the URI with the port that is listened on
     */
    public URI redirectUri() {
        return redirectUri;
    }

    /**
     * Waits for the callback that is accepted, and closes the receiver, however the wait ends.
     *
     * <p>A callback that is refused, as one with a foreign state is, does not end the wait, since any program on the machine
     * can send one; after twenty of them the wait is given up. An error that the server sends to the redirect URI is a
     * callback too.
     *
     * @param timeout how long the user may take
     * @param accept looks at the state; called on this thread
     * @return the callback, its parameters not checked further
     * @throws SignInRequiredException if the user did not finish in time, or the receiver was closed meanwhile
     * @throws InvalidResponseException if too many callbacks were refused
     * @throws TemporaryFailureException if this thread was interrupted; it still is
     * @throws IllegalStateException if there was a wait before
     */
    public AuthorizationCallback await(Duration timeout, Predicate<AuthorizationCallback> accept) {
        Objects.requireNonNull(timeout, "timeout");
        Objects.requireNonNull(accept, "accept");
        if (!awaited.compareAndSet(false, true)) {
            throw new IllegalStateException("A receiver waits once: open another");
        }
        try {
            for (ServerSocket socket : sockets) {
                listeners.add(start("latchkey-loopback", () -> listen(socket)));
            }
            return firstAccepted(timeout, accept);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TemporaryFailureException(
                    "The wait for the browser was interrupted: start the sign-in again", true, null, e);
        } finally {
            close();
        }
    }

    /** Stops listening, drops every connection and ends the threads and the wait. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            LoopbackSockets.close(sockets);
            listeners.forEach(LoopbackReceiver::awaitEnd);
            for (CallbackConnection each = open.poll(); each != null; each = open.poll()) {
                each.close();
            }
            List<Optional<Arrival>> late = new ArrayList<>();
            arrivals.drainTo(late);
            late.forEach(each -> each.ifPresent(arrival -> arrival.connection.close()));
            arrivals.add(Optional.empty());
        }
    }

    @Override
    public String toString() {
        return "LoopbackReceiver[" + redirectUri + "]";
    }

    private AuthorizationCallback firstAccepted(Duration timeout, Predicate<AuthorizationCallback> accept)
            throws InterruptedException {
        long start = System.nanoTime();
        long allowed = timeout.compareTo(Duration.ofDays(365)) > 0
                ? Duration.ofDays(365).toNanos()
                : timeout.toNanos();
        for (int refused = 0; refused < REFUSALS; refused++) {
            Optional<Arrival> next = arrivals.poll(allowed - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new SignInRequiredException(
                        "Nobody finished signing in in the browser within " + timeout.toSeconds()
                                + " s: start the sign-in again",
                        null,
                        null);
            }
            Arrival arrival = next.orElseThrow(() -> new SignInRequiredException(
                    "The sign-in in the browser was cancelled: start it again", null, null));
            CallbackPage page = CallbackPage.FAILED;
            try {
                boolean accepted = accept.test(arrival.callback);
                page = accepted ? pageFor(arrival.callback) : CallbackPage.REFUSED;
                if (accepted) {
                    return arrival.callback;
                }
            } finally {
                arrival.connection.answer(page);
            }
        }
        throw new InvalidResponseException(
                "callback",
                HOST,
                REFUSALS + " answers of other sign-ins arrived; a program on this machine may be guessing."
                        + " Start the sign-in again");
    }

    private static CallbackPage pageFor(AuthorizationCallback callback) {
        return callback.parameters().all("error").isEmpty() ? CallbackPage.DONE : CallbackPage.FAILED;
    }

    private void listen(ServerSocket server) {
        while (!closed.get()) {
            try {
                CallbackConnection connection = new CallbackConnection(server.accept(), connectionTime);
                open.addLast(connection);
                start("latchkey-loopback-connection", () -> serve(connection));
                makeRoom();
            } catch (IOException e) {
                // Closed, or out of file descriptors: not to be asked again at once.
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
        // One may have come in while close() was emptying the list.
        for (CallbackConnection each = open.poll(); each != null; each = open.poll()) {
            each.close();
        }
    }

    /** Drops the oldest: a browser has said all at once, so what is old only holds a place. */
    private void makeRoom() {
        while (open.size() > CONNECTIONS) {
            CallbackConnection oldest = open.poll();
            if (oldest != null) {
                oldest.close();
            }
        }
    }

    private void serve(CallbackConnection connection) {
        Optional<AuthorizationCallback> callback = connection.receive(reader);
        open.remove(connection);
        if (callback.isPresent() && arrivals.size() < CONNECTIONS) {
            arrivals.add(Optional.of(new Arrival(callback.get(), connection)));
            if (!closed.get()) {
                return;
            }
        }
        connection.close();
    }

    /** The system goes on listening until the thread that was accepting has come back. */
    private static void awaitEnd(Thread thread) {
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(1_000);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread start(String name, Runnable task) {
        Thread thread = new Thread(null, task, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
        return thread;
    }

    /** Collects how the redirect URI is registered. */
    public static final class Builder {

        private String path = "/callback";
        private int port;
        private boolean localhost;
        private Duration connectionTime = Duration.ofSeconds(5);

        private Builder() {}

        /**
         * Sets the path.
         *
         * @param value such as {@code /callback}, the default; or empty, for a redirect URI without one
         * @return this builder
         * @throws ConfigurationException if it is not a path
         */
        public Builder path(String value) {
            if (!value.matches("(/[A-Za-z0-9._~-]*)*") || value.startsWith("//")) {
                throw new ConfigurationException(
                        "path", "must be empty, or start with a slash and hold letters, digits, and . _ ~ - only");
            }
            this.path = value;
            return this;
        }

        /**
         * Sets the port, for servers that do not leave it to the application as RFC 8252 §7.3 asks.
         *
         * @param value the port, or 0, the default, for one that is free
         * @return this builder
         * @throws ConfigurationException if it is not a port
         */
        public Builder port(int value) {
            if (value < 0 || value > 65_535) {
                throw new ConfigurationException("port", "must be between 0 and 65535");
            }
            this.port = value;
            return this;
        }

        /**
         * Says {@code localhost} in the redirect URI, for servers that accept nothing else; still only loopback addresses
         * are listened on. What that name means is up to the machine, so RFC 8252 §8.3 advises against it.
         *
         * @return this builder
         */
        public Builder namedLocalhost() {
            this.localhost = true;
            return this;
        }

        /** How long one connection may take. */
        Builder connectionTime(Duration value) {
            this.connectionTime = value;
            return this;
        }

        /**
         * Opens the receiver.
         *
         * @return the receiver, listening but not answering yet
         * @throws ConfigurationException if the port is taken
         * @throws TemporaryFailureException if the machine has no port to spare
         */
        public LoopbackReceiver open() {
            try {
                List<ServerSocket> sockets =
                        localhost ? LoopbackSockets.bothAddresses(port) : LoopbackSockets.oneAddress(port);
                return new LoopbackReceiver(sockets, localhost ? "localhost" : literal(sockets), path, connectionTime);
            } catch (IOException e) {
                if (port != 0) {
                    throw new ConfigurationException(
                            "port", port + " cannot be listened on; is another program using it?", null, e);
                }
                throw new TemporaryFailureException(
                        "No port of this machine could be listened on for the browser's answer", true, null, e);
            }
        }

        private static String literal(List<ServerSocket> sockets) throws IOException {
            InetAddress address = sockets.get(0).getInetAddress();
            return address.equals(LoopbackSockets.ipv4()) ? "127.0.0.1" : "[::1]";
        }
    }
}
