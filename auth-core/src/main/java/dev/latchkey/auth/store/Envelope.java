package dev.latchkey.auth.store;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * The bytes of an encrypted record: a header in clear, a nonce, and what AES-GCM made of the content.
 *
 * <pre>
 * 4 bytes   EC 4C 4B 45: not the beginning of any text in UTF-8
 * 1 byte    format, 1
 * 1 byte    length of the key's id
 * n bytes   key's id, ASCII
 * 8 bytes   usable until, milliseconds of Unix time
 * 12 bytes  nonce
 * n bytes   ciphertext and tag of 16 bytes
 * </pre>
 *
 * <p>The associated data are the header and the store's key, so that neither can be changed, and a record does not open in
 * another one's place.
 */
final class Envelope {

    static final int NONCE = 12;
    static final int TAG = 16;
    private static final int MAGIC = 0xEC4C4B45;
    private static final byte FORMAT = 1;

    private final String keyId;
    private final long usableUntil;
    private final byte[] header;
    private final byte[] nonce;
    private final byte[] sealed;

    private Envelope(String keyId, long usableUntil, byte[] header, byte[] nonce, byte[] sealed) {
        this.keyId = keyId;
        this.usableUntil = usableUntil;
        this.header = header;
        this.nonce = nonce;
        this.sealed = sealed;
    }

    static byte[] header(String keyId, Instant usableUntil) {
        byte[] id = keyId.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(14 + id.length)
                .putInt(MAGIC)
                .put(FORMAT)
                .put((byte) id.length)
                .put(id)
                .putLong(usableUntil.toEpochMilli())
                .array();
    }

    /** What is authenticated with the content: each part with its length, so that no two mean the same bytes. */
    static byte[] associated(byte[] header, String partition, String name) {
        byte[] first = partition.getBytes(StandardCharsets.US_ASCII);
        byte[] second = name.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(header.length + 2 + first.length + second.length)
                .put(header)
                .put((byte) first.length)
                .put(first)
                .put((byte) second.length)
                .put(second)
                .array();
    }

    static byte[] write(byte[] header, byte[] nonce, byte[] sealed) {
        return ByteBuffer.allocate(header.length + nonce.length + sealed.length)
                .put(header)
                .put(nonce)
                .put(sealed)
                .array();
    }

    static boolean isOne(byte[] content) {
        return content.length >= Integer.BYTES && ByteBuffer.wrap(content).getInt() == MAGIC;
    }

    /**
     * Takes the bytes apart.
     *
     * @throws IllegalArgumentException if they are cut off or of another format
     */
    static Envelope read(byte[] content) {
        try {
            ByteBuffer in = ByteBuffer.wrap(content, Integer.BYTES, content.length - Integer.BYTES);
            byte format = in.get();
            if (format != FORMAT) {
                throw new IllegalArgumentException("its format " + format + " is of a later release");
            }
            byte[] id = new byte[Byte.toUnsignedInt(in.get())];
            in.get(id);
            long usableUntil = in.getLong();
            byte[] header = new byte[in.position()];
            System.arraycopy(content, 0, header, 0, header.length);
            byte[] nonce = new byte[NONCE];
            in.get(nonce);
            byte[] sealed = new byte[in.remaining()];
            in.get(sealed);
            if (sealed.length < TAG) {
                throw new IllegalArgumentException("it was cut off");
            }
            return new Envelope(printable(id), usableUntil, header, nonce, sealed);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("it was cut off", e);
        }
    }

    /** An id that was tampered with goes into a message. */
    private static String printable(byte[] id) {
        return new String(id, StandardCharsets.US_ASCII).replaceAll("[^A-Za-z0-9._-]", "?");
    }

    String keyId() {
        return keyId;
    }

    long usableUntil() {
        return usableUntil;
    }

    byte[] header() {
        return header;
    }

    byte[] nonce() {
        return nonce;
    }

    byte[] sealed() {
        return sealed;
    }
}
