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
        String path = uri.getRawPath();
        boolean more = uri.getRawUserInfo() != null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || !(path == null || path.isEmpty() || path.equals("/"));
        if (uri.getHost() == null
                || more
                || !isSafe(uri, development)
                || uri.getPort() == 0
                || uri.getPort() > 0xffff) {
            return Optional.empty();
        }
        return Optional.of(of(uri));
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

    static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost") || name.equals("[::1]") || name.matches("127(\\.[0-9]{1,3}){3}");
    }
}
