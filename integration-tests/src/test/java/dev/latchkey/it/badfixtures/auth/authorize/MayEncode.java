package dev.latchkey.it.badfixtures.auth.authorize;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** A value that encodes, and throws what a port throws. */
final class MayEncode {

    String encode(URI uri) throws IOException {
        if (uri.getHost() == null) {
            throw new IOException("no host");
        }
        return URLEncoder.encode(uri.toString(), StandardCharsets.UTF_8);
    }
}
