package dev.latchkey.platform.directory;

import java.net.URI;
import java.util.Objects;
import java.util.Set;

/** Compares redirect URIs: as strings, but for the port of a native app's loopback URI. */
final class RedirectUris {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

    private RedirectUris() {}

    static boolean match(String registered, String requested, boolean nativeApp) {
        if (registered.equals(requested)) {
            return true;
        }
        if (!nativeApp) {
            return false;
        }
        try {
            URI left = URI.create(registered);
            URI right = URI.create(requested);
            return "http".equals(left.getScheme())
                    && "http".equals(right.getScheme())
                    && left.getHost() != null
                    && LOOPBACK.contains(left.getHost())
                    && left.getHost().equals(right.getHost())
                    && right.getUserInfo() == null
                    && right.getFragment() == null
                    && Objects.equals(left.getRawPath(), right.getRawPath())
                    && Objects.equals(left.getRawQuery(), right.getRawQuery());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
