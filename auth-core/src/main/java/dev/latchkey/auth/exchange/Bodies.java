package dev.latchkey.auth.exchange;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/** Reads bodies whole, decompressed, and never more than was allowed. */
final class Bodies {

    private Bodies() {}

    static byte[] read(TransportResponse response, String host, int cap) throws IOException {
        InputStream body = decoded(response, host);
        try {
            // One byte more than the cap tells a body that is too long from one that just fits.
            byte[] bytes = readAtMost(body, cap + 1);
            if (bytes.length > cap) {
                throw new InvalidResponseException("body", host, "is larger than " + cap + " bytes; reading it was stopped");
            }
            return bytes;
        } catch (ZipException e) {
            throw new InvalidResponseException("content-encoding", host, "the body is not what the header says", null, e);
        }
    }

    private static byte[] readAtMost(InputStream body, int limit) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1_024);
        byte[] buffer = new byte[4_096];
        int read = 0;
        while (bytes.size() < limit && read >= 0) {
            read = body.read(buffer, 0, Math.min(buffer.length, limit - bytes.size()));
            bytes.write(buffer, 0, Math.max(read, 0));
        }
        return bytes.toByteArray();
    }

    private static InputStream decoded(TransportResponse response, String host) throws IOException {
        List<String> encodings = response.headers().all("content-encoding");
        String encoding = encodings.isEmpty() ? "identity" : String.join(",", encodings).trim().toLowerCase(Locale.ROOT);
        try {
            switch (encoding) {
                case "identity":
                case "":
                    return response.body();
                case "gzip":
                case "x-gzip":
                    return new GZIPInputStream(response.body());
                case "deflate":
                    return new InflaterInputStream(response.body());
                default:
                    throw new InvalidResponseException("content-encoding", host, "is one that was not asked for");
            }
        } catch (ZipException e) {
            throw new InvalidResponseException("content-encoding", host, "the body is not what the header says", null, e);
        }
    }
}
