package dev.latchkey.auth.protocol;

import java.net.URI;
import java.util.Locale;

/** Tells whether a URI stays on this machine by what it says, without asking a name server. */
public final class Loopback {

    private Loopback() {}

    /**
     * Looks at a URI's host.
     *
     * @param uri any URI
     * @return true if the host is {@code localhost}, {@code [::1]} or an address in 127.0.0.0/8 written in four numbers
     */
    public static boolean is(URI uri) {
        String host = uri.getHost();
        if (host == null) {
            return false;
        }
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost") || name.equals("[::1]") || name.matches("127(\\.[0-9]{1,3}){3}");
    }
}
