package dev.latchkey.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import redis.clients.jedis.HostAndPort;

/**
 * Stands before a server, and loses the answer to a script when it is told to: the server has run it, the client never learns.
 */
final class CuttingProxy implements AutoCloseable {

    private final ServerSocket listening;
    private final AtomicInteger target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Runnable> cut = new AtomicReference<>();

    private CuttingProxy(ServerSocket listening) {
        this.listening = listening;
        this.target = new AtomicInteger();
    }

    /** Opens a proxy that leads nowhere yet. */
    static CuttingProxy open() throws IOException {
        CuttingProxy proxy = new CuttingProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        daemon(proxy::accept);
        return proxy;
    }

    CuttingProxy to(RedisServer server) {
        target.set(server.port());
        return this;
    }

    int port() {
        return listening.getLocalPort();
    }

    HostAndPort address() {
        return new HostAndPort(RedisServer.HOST, port());
    }

    /** Loses the next answer to a script, after doing something. */
    void cutNextAnswer(Runnable meanwhile) {
        cut.set(meanwhile);
    }

    /** Whether the answer that was to be lost was lost. */
    boolean hasCut() {
        return cut.get() == null;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target.get());
                open.add(client);
                open.add(server);
                Pair pair = new Pair(client, server);
                daemon(pair::toServer);
                daemon(pair::toClient);
            }
        } catch (IOException e) {
            close();
        }
    }

    private static void daemon(Runnable body) {
        Thread thread = new Thread(body, "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection through the proxy. */
    private final class Pair {

        private final Socket client;
        private final Socket server;
        private volatile boolean script;

        private Pair(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        private void toServer() {
            try {
                byte[] buffer = new byte[1 << 16];
                InputStream in = client.getInputStream();
                OutputStream out = server.getOutputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    script |= new String(buffer, 0, read, StandardCharsets.ISO_8859_1).contains("EVAL");
                    out.write(buffer, 0, read);
                }
                end();
            } catch (IOException e) {
                end();
            }
        }

        private void toClient() {
            try {
                byte[] buffer = new byte[1 << 16];
                InputStream in = server.getInputStream();
                OutputStream out = client.getOutputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    Runnable meanwhile = script ? cut.getAndSet(null) : null;
                    if (meanwhile != null) {
                        meanwhile.run();
                        break;
                    }
                    script = false;
                    out.write(buffer, 0, read);
                }
                end();
            } catch (IOException e) {
                end();
            }
        }

        private void end() {
            try {
                client.close();
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
