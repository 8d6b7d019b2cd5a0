package dev.latchkey.auth.protocol;

import java.net.URI;
import java.util.Locale;

/** Tells the origin of an address (RFC 6454 §4): scheme, host and port. */
public final class Origin {

    private Origin() {}

    /**
     * Gives an address's origin.
     *
     * @param uri an absolute address with a host
     * @return the origin, in lower case and without a port that the scheme implies
     */
    public static String of(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int port = uri.getPort();
        boolean standard = port < 0 || (scheme.equals("https") && port == 443) || (scheme.equals("http") && port == 80);
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + (standard ? "" : ":" + port);
    }
}
