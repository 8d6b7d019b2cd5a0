package dev.latchkey.graph;

import dev.latchkey.auth.spi.TransportResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Undoes the content coding of a response (RFC 9110 §8.4), where the transport has not done so. */
final class ContentCoding {

    static final String ACCEPTED = "gzip";

    private ContentCoding() {}

    static InputStream decoded(TransportResponse response) throws IOException {
        String coding = String.join(",", response.headers().all("Content-Encoding"))
                .trim()
                .toLowerCase(Locale.ROOT);
        switch (coding) {
            case "":
            case "identity":
                return response.body();
            case "gzip":
            case "x-gzip":
                return gunzipped(response.body());
            default:
                throw new UnusableBodyException("Content-Encoding", "not one that was asked for");
        }
    }

    // A HEAD's or an empty error's body is not even a gzip header.
    private static InputStream gunzipped(InputStream body) throws IOException {
        PushbackInputStream peeked = new PushbackInputStream(body);
        int first = peeked.read();
        if (first < 0) {
            return InputStream.nullInputStream();
        }
        peeked.unread(first);
        return new GZIPInputStream(peeked, 8192);
    }
}
