package dev.latchkey.it.badfixtures.auth.http;

import java.io.IOException;
import java.io.InputStream;

/** I/O outside the values. */
final class MayStream {

    int read(InputStream in) throws IOException {
        return in.read();
    }
}
