package dev.latchkey.auth.interactive;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Binds listening sockets to loopback addresses and nothing else. */
final class LoopbackSockets {

    private static final int BACKLOG = 50;
    private static final int ATTEMPTS = 10;

    private LoopbackSockets() {}

    static InetAddress ipv4() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    static InetAddress ipv6() throws IOException {
        byte[] address = new byte[16];
        address[15] = 1;
        return InetAddress.getByAddress(address);
    }

    /** 127.0.0.1, or [::1] on a machine that has no IPv4. */
    static List<ServerSocket> oneAddress(int port) throws IOException {
        try {
            return List.of(bind(ipv4(), port));
        } catch (IOException e) {
            if (exists(ipv4())) {
                throw e;
            }
            return List.of(bind(ipv6(), port));
        }
    }

    /**
     * The same port on both addresses, as far as the machine has them: a browser may take either for {@code localhost},
     * and one left free could be taken by another user of the machine.
     */
    static List<ServerSocket> bothAddresses(int port) throws IOException {
        boolean both = exists(ipv4()) && exists(ipv6());
        if (!both) {
            return oneAddress(port);
        }
        for (int attempt = 1; ; attempt++) {
            ServerSocket first = bind(ipv4(), port);
            try {
                return List.of(first, bind(ipv6(), first.getLocalPort()));
            } catch (IOException e) {
                first.close();
                if (port != 0 || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    static void close(List<ServerSocket> sockets) {
        for (ServerSocket socket : new ArrayList<>(sockets)) {
            try {
                socket.close();
            } catch (IOException e) {
                // Closed as far as it can be.
            }
        }
    }

    private static boolean exists(InetAddress address) {
        try (ServerSocket probe = bind(address, 0)) {
            return probe.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static ServerSocket bind(InetAddress address, int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.bind(new InetSocketAddress(address, port), BACKLOG);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
