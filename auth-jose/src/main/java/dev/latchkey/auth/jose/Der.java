package dev.latchkey.auth.jose;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/** Just enough DER (X.690) to tell the formats of keys from each other, and to turn the older ones into PKCS#8. */
final class Der {

    private Der() {}

    static byte[] wrap(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length < 0x80) {
            out.write(length);
        } else if (length <= 0xff) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    static Reader read(byte[] bytes) {
        return new Reader(bytes, 0, bytes.length);
    }

    /** Reads values one after the other. Not safe for use by several threads. */
    static final class Reader {

        private final byte[] bytes;
        private int at;
        private final int end;

        private Reader(byte[] bytes, int at, int end) {
            this.bytes = bytes;
            this.at = at;
            this.end = end;
        }

        Reader enter(int tag) throws GeneralSecurityException {
            int length = header(tag);
            Reader inner = new Reader(bytes, at, at + length);
            at += length;
            return inner;
        }

        byte[] content(int tag) throws GeneralSecurityException {
            int length = header(tag);
            at += length;
            return Arrays.copyOfRange(bytes, at - length, at);
        }

        /** Gives the next value with its tag and length. */
        byte[] whole() throws GeneralSecurityException {
            int start = at;
            skip();
            return Arrays.copyOfRange(bytes, start, at);
        }

        void skip() throws GeneralSecurityException {
            int length = header(tag());
            at += length;
        }

        boolean has(int tag) {
            return at < end && (bytes[at] & 0xff) == tag;
        }

        private int tag() throws GeneralSecurityException {
            return next(at);
        }

        private int header(int tag) throws GeneralSecurityException {
            if (next(at) != tag) {
                throw new GeneralSecurityException("is not DER of the expected shape");
            }
            int first = next(at + 1);
            at += 2;
            int length = first;
            if (first >= 0x80) {
                int count = first - 0x80;
                if (count < 1 || count > 3) {
                    throw new GeneralSecurityException("has a length that is not DER");
                }
                length = 0;
                for (int i = 0; i < count; i++) {
                    length = length << 8 | next(at++);
                }
            }
            if (length > end - at) {
                throw new GeneralSecurityException("ends too early");
            }
            return length;
        }

        private int next(int index) throws GeneralSecurityException {
            if (index >= end) {
                throw new GeneralSecurityException("ends too early");
            }
            return bytes[index] & 0xff;
        }
    }
}
