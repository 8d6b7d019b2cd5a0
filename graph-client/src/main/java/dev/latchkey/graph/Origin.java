package dev.latchkey.graph;

import java.net.URI;
import java.util.Locale;

/** Scheme, host and port of a URI, written one way (RFC 6454 §6.2). */
final class Origin {

    private Origin() {}

    static String of(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int port = uri.getPort();
        boolean standard = port < 0 || (scheme.equals("https") && port == 443) || (scheme.equals("http") && port == 80);
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + (standard ? "" : ":" + port);
    }
}
