package dev.latchkey.auth.jose;

import dev.latchkey.auth.error.ConfigurationException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * The value of {@code htu} (RFC 9449 §4.2): the request's URI without query and fragment, in the normal form of RFC 3986
 * §6.2.2 and §6.2.3.
 *
 * <p>Scheme and host are in lower case, a default port is gone, dot segments are resolved, an empty path is {@code /}.
 * Percent-encoding stays as it is sent: a server that compares without decoding must find the same characters.
 */
final class ProofUri {

    private ProofUri() {}

    static String of(URI uri) {
        if (uri.getScheme() == null || uri.getHost() == null) {
            throw new ConfigurationException("uri", "must be absolute and name a host to be proved");
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int port = uri.getPort();
        boolean standard = port < 0 || (scheme.equals("https") && port == 443) || (scheme.equals("http") && port == 80);
        String path = ascii(uri);
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + (standard ? "" : ":" + port)
                + (path.isEmpty() ? "/" : path.contains("/.") ? withoutDots(path) : path);
    }

    /** Characters beyond ASCII, which a URI may hold, are sent percent-encoded. */
    private static String ascii(URI uri) {
        String path = uri.getRawPath();
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) > 0x7f) {
                return URI.create(uri.toASCIIString()).getRawPath();
            }
        }
        return path;
    }

    /** RFC 3986 §5.2.4; {@link URI#normalize} would keep a leading {@code ..} and join empty segments. */
    private static String withoutDots(String path) {
        Deque<String> kept = new ArrayDeque<>();
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            String segment = segments[i];
            if (segment.equals("..")) {
                kept.pollLast();
            }
            if (!segment.equals(".") && !segment.equals("..")) {
                kept.addLast(segment);
            } else if (last) {
                kept.addLast("");
            }
        }
        return "/" + String.join("/", kept);
    }
}
