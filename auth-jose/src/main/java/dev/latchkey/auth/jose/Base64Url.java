package dev.latchkey.auth.jose;

import java.nio.ByteBuffer;
import java.util.Base64;

/** Base64url as RFC 7515 §2 wants it: no padding, no other character, and one way only to write the same bytes. */
final class Base64Url {

    private Base64Url() {}

    static byte[] decode(byte[] ascii, int from, int to) throws JoseFault {
        int rest = (to - from) % 4;
        if (rest == 1) {
            throw new JoseFault("is not base64url: it ends in the middle of a byte");
        }
        if (to > from && ascii[to - 1] == '=') {
            throw new JoseFault("is not base64url: padding is not allowed (RFC 7515 §2)");
        }
        // The bits behind the last byte must be zero, or one token could be written in many ways.
        if ((rest == 2 && (value(ascii[to - 1]) & 0xf) != 0) || (rest == 3 && (value(ascii[to - 1]) & 0x3) != 0)) {
            throw new JoseFault("is not base64url: there are bits behind the last byte");
        }
        try {
            ByteBuffer decoded = Base64.getUrlDecoder().decode(ByteBuffer.wrap(ascii, from, to - from));
            byte[] bytes = new byte[decoded.remaining()];
            decoded.get(bytes);
            return bytes;
        } catch (IllegalArgumentException e) {
            throw new JoseFault("is not base64url");
        }
    }

    static byte[] decode(String text) throws JoseFault {
        // What is not Latin becomes a question mark, which base64url does not have either.
        byte[] ascii = text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        return decode(ascii, 0, ascii.length);
    }

    private static int value(byte character) {
        if (character >= 'A' && character <= 'Z') {
            return character - 'A';
        }
        if (character >= 'a' && character <= 'z') {
            return character - 'a' + 26;
        }
        if (character >= '0' && character <= '9') {
            return character - '0' + 52;
        }
        return character == '-' ? 62 : 63;
    }
}
