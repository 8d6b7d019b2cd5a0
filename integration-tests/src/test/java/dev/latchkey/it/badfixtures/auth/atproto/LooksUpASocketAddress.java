package dev.latchkey.it.badfixtures.auth.atproto;

import dev.latchkey.it.guard.Breaks;
import java.net.InetSocketAddress;

/** The constructor asks for the name at once. */
@Breaks("strangers")
final class LooksUpASocketAddress {

    boolean exists(String host) {
        return !new InetSocketAddress(host, 443).isUnresolved();
    }
}
