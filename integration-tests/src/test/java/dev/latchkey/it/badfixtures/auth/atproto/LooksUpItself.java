package dev.latchkey.it.badfixtures.auth.atproto;

import dev.latchkey.it.guard.Breaks;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** A second look-up may find another address than the transport's. */
@Breaks("strangers")
final class LooksUpItself {

    boolean isPrivate(String host) throws UnknownHostException {
        return InetAddress.getByName(host).isSiteLocalAddress();
    }
}
