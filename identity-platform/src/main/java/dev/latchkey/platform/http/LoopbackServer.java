package dev.latchkey.platform.http;

import dev.latchkey.platform.exchange.RequestLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A blocking HTTP/1.1 server on 127.0.0.1: one daemon thread for each connection, at most {@value #MAX_CONNECTIONS} of
 * them; the rest wait in the listen queue.
 *
 * <p>It speaks TLS over the plain socket itself, so that a fault can end the TCP connection under it without a word.
 */
public final class LoopbackServer implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 1024;
    private static final int IDLE_MILLIS = 300_000;
    private static final long MILLIS_TO_STOP_ACCEPTING = 5_000;

    private final ServerSocket listener;
    private final @Nullable SSLSocketFactory tls;
    private final Handler handler;
    private final RequestLog log;
    private final FaultScript faults;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicLong connections = new AtomicLong();
    private final Semaphore places = new Semaphore(MAX_CONNECTIONS);
    private final ExecutorService workers;
    private final Thread acceptor;

    private LoopbackServer(
            ServerSocket listener,
            @Nullable SSLSocketFactory tls,
            Handler handler,
            RequestLog log,
            FaultScript faults) {
        this.listener = listener;
        this.tls = tls;
        this.handler = handler;
        this.log = log;
        this.faults = faults;
        this.acceptor = new Thread(null, this::accept, "identity-platform-accept", 0, false);
        acceptor.setDaemon(true);
        acceptor.setContextClassLoader(null);
        AtomicInteger number = new AtomicInteger();
        this.workers =
                new ThreadPoolExecutor(1, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "identity-platform-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Binds a port without answering yet.
     *
     * @param port the port, or 0 for any free one
     * @return the bound socket
     */
    public static ServerSocket bind(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 512);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on 127.0.0.1:" + port, e);
        }
    }

    /**
     * Starts to answer.
     *
     * @param listener the bound socket
     * @param tls speaks TLS on accepted connections; null for plain HTTP
     * @param handler answers requests
     * @param log notes requests
     * @param faults what shall go wrong
     * @return the running server
     */
    public static LoopbackServer start(
            ServerSocket listener,
            @Nullable SSLSocketFactory tls,
            Handler handler,
            RequestLog log,
            FaultScript faults) {
        LoopbackServer server = new LoopbackServer(listener, tls, handler, log, faults);
        server.acceptor.start();
        return server;
    }

    private void accept() {
        while (!listener.isClosed()) {
            places.acquireUninterruptibly();
            try {
                Socket socket = listener.accept();
                open.add(socket);
                workers.execute(() -> serve(socket));
            } catch (IOException | RejectedExecutionException e) {
                // closed, or out of descriptors: those come back
                places.release();
                pauseUnlessClosed();
            }
        }
    }

    private void serve(Socket raw) {
        try (raw) {
            raw.setTcpNoDelay(true);
            raw.setSoTimeout(IDLE_MILLIS);
            if (faults.takeReset()) {
                raw.setSoLinger(true, 0);
            } else if (faults.takeStall()) {
                closing.await();
            } else {
                Socket socket = tls == null ? raw : tls.createSocket(raw, null, true);
                new Connection(raw, socket, connections.incrementAndGet(), closing).serve(handler, log, faults);
            }
        } catch (IOException e) {
            // the client has gone, or never spoke TLS with us: nobody is left to be told
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(raw);
            places.release();
        }
    }

    private void pauseUnlessClosed() {
        try {
            closing.await(10, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes the port and every connection; threads end soon after. */
    @Override
    public void close() {
        closing.countDown();
        closeQuietly(listener);
        open.forEach(LoopbackServer::closeQuietly);
        workers.shutdown();
        // Until the thread that accepts has left its call, the kernel goes on accepting for it on a closed socket.
        acceptor.interrupt();
        try {
            acceptor.join(MILLIS_TO_STOP_ACCEPTING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // closing what is closed
        }
    }
}
