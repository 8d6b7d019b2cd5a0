package dev.latchkey.graph;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent-encoding (RFC 3986 §2). */
final class UriText {

    private static final String UNRESERVED = "-._~";
    // What a query allows, without the characters that have a meaning there: & = + # and the doubtful ;
    private static final String READABLE_IN_QUERY = UNRESERVED + "!$'()*,:@/?";
    private static final String LEGAL = UNRESERVED + "!$&'()*+,;=:@/?";
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private UriText() {}

    /** Encodes a value for one path segment: an Exchange id has slashes, plus and equals signs. */
    static String segment(String value) {
        return encoded(value, UNRESERVED, false);
    }

    /** Encodes a name or a value of a query, leaving an OData expression as readable as may be. */
    static String query(String value) {
        return encoded(value, READABLE_IN_QUERY, false);
    }

    /** Encodes only what no URI may hold, for text that somebody else has encoded already. */
    static String mended(String text) {
        return encoded(text, LEGAL, true);
    }

    /** Decodes a query's name, to look for reserved ones; text that is not encoded well stays as it is. */
    static String decodedName(String name) {
        StringBuilder decoded = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            if (isEscape(name, i)) {
                decoded.append((char) Integer.parseInt(name.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                decoded.append(name.charAt(i));
            }
        }
        return decoded.toString();
    }

    /** Tells whether a query that somebody else made has an access token in it, however that is spelt. */
    static boolean carriesToken(String rawQuery) {
        for (String pair : rawQuery.split("&", -1)) {
            if (isTokenName(pair.split("=", 2)[0])) {
                return true;
            }
        }
        return false;
    }

    static boolean isTokenName(String name) {
        return decodedName(name).equalsIgnoreCase("access_token");
    }

    private static String encoded(String text, String literal, boolean keepEscapes) {
        StringBuilder encoded = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            if (isLetterOrDigit(point) || literal.indexOf(point) >= 0 || (keepEscapes && isEscape(text, i))) {
                encoded.append((char) point);
            } else {
                append(encoded, text, i, i + Character.charCount(point));
            }
            i += Character.charCount(point);
        }
        return encoded.toString();
    }

    private static void append(StringBuilder encoded, String text, int from, int to) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text, from, to));
            while (bytes.hasRemaining()) {
                int octet = bytes.get() & 0xff;
                encoded.append('%').append(HEX[octet >> 4]).append(HEX[octet & 15]);
            }
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("The text has half a surrogate pair at index " + from, e);
        }
    }

    private static boolean isEscape(String text, int i) {
        return text.charAt(i) == '%'
                && i + 2 < text.length()
                && Character.digit(text.charAt(i + 1), 16) >= 0
                && Character.digit(text.charAt(i + 2), 16) >= 0;
    }

    private static boolean isLetterOrDigit(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
