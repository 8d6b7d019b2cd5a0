package dev.latchkey.it.badfixtures.auth.atproto;

import dev.latchkey.it.guard.Breaks;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/** Goes wherever a stranger says, past the transport and its policy. */
@Breaks("strangers")
final class FetchesItself {

    InputStream open(URI document) throws IOException {
        return document.toURL().openStream();
    }
}
