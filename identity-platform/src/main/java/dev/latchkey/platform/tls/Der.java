package dev.latchkey.platform.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Writes the few ASN.1 types of a certificate in DER. */
final class Der {
    private static final DateTimeFormatter GENERALIZED =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("uuMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Instant UTC_TIME_ENDS = Instant.parse("2050-01-01T00:00:00Z");

    private Der() {}

    static byte[] sequence(byte[]... parts) {
        return tagged(0x30, parts);
    }

    static byte[] set(byte[]... parts) {
        return tagged(0x31, parts);
    }

    static byte[] integer(BigInteger value) {
        return tagged(0x02, value.toByteArray());
    }

    static byte[] bool(boolean value) {
        return tagged(0x01, new byte[] {(byte) (value ? 0xFF : 0x00)});
    }

    static byte[] octets(byte[] value) {
        return tagged(0x04, value);
    }

    /** A bit string whose last byte has {@code unused} bits that do not count. */
    static byte[] bits(int unused, byte[] value) {
        return tagged(0x03, new byte[] {(byte) unused}, value);
    }

    static byte[] text(String value) {
        return tagged(0x0C, value.getBytes(StandardCharsets.UTF_8));
    }

    /** RFC 5280 §4.1.2.5: UTCTime through the year 2049, GeneralizedTime from 2050. */
    static byte[] time(Instant value) {
        return value.isBefore(UTC_TIME_ENDS)
                ? tagged(0x17, UTC.format(value).getBytes(StandardCharsets.US_ASCII))
                : tagged(0x18, GENERALIZED.format(value).getBytes(StandardCharsets.US_ASCII));
    }

    static byte[] oid(String dotted) {
        String[] arcs = dotted.split("\\.", -1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        base128(out, Integer.parseInt(arcs[0]) * 40L + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            base128(out, Long.parseLong(arcs[i]));
        }
        return tagged(0x06, out.toByteArray());
    }

    /** {@code [number] EXPLICIT}. */
    static byte[] explicit(int number, byte[] content) {
        return tagged(0xA0 | number, content);
    }

    /** {@code [number] IMPLICIT} over a primitive type. */
    static byte[] implicit(int number, byte[] content) {
        return tagged(0x80 | number, content);
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            byte[] size = BigInteger.valueOf(length).toByteArray();
            int skip = size[0] == 0 ? 1 : 0;
            out.write(0x80 | (size.length - skip));
            out.write(size, skip, size.length - skip);
        }
        for (byte[] part : parts) {
            out.write(part, 0, part.length);
        }
        return out.toByteArray();
    }

    private static void base128(ByteArrayOutputStream out, long value) {
        int groups = 1;
        for (long rest = value >>> 7; rest != 0; rest >>>= 7) {
            groups++;
        }
        for (int i = groups - 1; i >= 0; i--) {
            int more = i == 0 ? 0 : 0x80;
            out.write((int) ((value >>> (7 * i)) & 0x7F) | more);
        }
    }
}
