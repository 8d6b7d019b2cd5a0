package dev.latchkey.store.file;

import dev.latchkey.auth.spi.StoreKey;
import java.util.Optional;

/**
 * The part of a file's name that stands for a key: capital letters are marked, since Windows and macOS take {@code A} and
 * {@code a} for the same. What StoreKey allows otherwise may be in the name of any file.
 */
final class FileName {

    private static final char CAPITAL = '+';

    private FileName() {}

    static String encode(String name) {
        StringBuilder encoded = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                encoded.append(CAPITAL).append((char) (c - 'A' + 'a'));
            } else {
                encoded.append(c);
            }
        }
        return encoded.toString();
    }

    /** The key of a file's name, or nothing if no key has that name: somebody else put the file there. */
    static Optional<StoreKey> decode(String partition, String encoded) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == CAPITAL && i + 1 < encoded.length()) {
                i++;
                name.append((char) (encoded.charAt(i) - 'a' + 'A'));
            } else {
                name.append(c);
            }
        }
        try {
            StoreKey key = StoreKey.of(partition, name.toString());
            return encode(key.name()).equals(encoded) ? Optional.of(key) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
