package dev.latchkey.auth.atproto;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/** Reads addresses of servers, which consist of scheme, host and perhaps a port, and of nothing else. */
final class ServerOrigin {

    private ServerOrigin() {}

    /**
     * Reads an address, in any spelling.
     *
     * @return the origin in lower case, without a port that the scheme implies and without a slash at the end; nothing if the
     *     text says more or less than that, or is not https (http on loopback is, in development)
     */
    static Optional<URI> read(String text, boolean development) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return uri.getHost() != null && excess(uri).isEmpty() && isSafe(uri, development)
                ? Optional.of(of(uri))
                : Optional.empty();
    }

    /**
     * Reads the address of a server that the caller vouches for, be it http on another machine.
     *
     * @throws IllegalArgumentException if it is no address of a host alone
     */
    static URI ofAny(URI server) {
        String scheme = String.valueOf(server.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw refused("must be absolute, with the scheme https, or http in a test");
        }
        if (server.getHost() == null) {
            throw refused("names no host");
        }
        excess(server).ifPresent(what -> {
            throw refused("must have no " + what);
        });
        return of(server);
    }

    private static IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("server " + why + "; it is an origin, such as https://pds.example.com");
    }

    /** What an address says beyond scheme, host and port; nothing if it says no more. */
    private static Optional<String> excess(URI uri) {
        String path = uri.getRawPath();
        if (uri.getRawUserInfo() != null) {
            return Optional.of("user information");
        }
        if (path != null && !path.isEmpty() && !path.equals("/")) {
            return Optional.of("path");
        }
        if (uri.getRawQuery() != null) {
            return Optional.of("query");
        }
        if (uri.getRawFragment() != null) {
            return Optional.of("fragment");
        }
        return uri.getPort() == 0 || uri.getPort() > 0xffff ? Optional.of("port " + uri.getPort()) : Optional.empty();
    }

    /** Tells the origin of an address that has been read before. */
    static URI of(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int port = uri.getPort();
        boolean implied = port < 0 || port == (scheme.equals("https") ? 443 : 80);
        return URI.create(scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + (implied ? "" : ":" + port));
    }

    /** Tells whether an address is https, or http on this machine in development. */
    static boolean isSafe(URI uri, boolean development) {
        return "https".equalsIgnoreCase(uri.getScheme())
                || (development && "http".equalsIgnoreCase(uri.getScheme()) && isLoopback(uri.getHost()));
    }

    /** What to add to a refusal: that an address of this machine would do in tests. */
    static String hint(String text, boolean development) {
        boolean local = text.matches("(?i)(http://)?(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?/?");
        return local && !development ? "; for tests on this machine there is dangerouslyAllowLoopback()" : "";
    }

    static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost") || name.equals("[::1]") || name.matches("127(\\.[0-9]{1,3}){3}");
    }
}
