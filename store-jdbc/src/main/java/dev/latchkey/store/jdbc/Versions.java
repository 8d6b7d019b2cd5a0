package dev.latchkey.store.jdbc;

import dev.latchkey.auth.spi.RecordVersion;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.regex.Pattern;

/** Makes versions: a one and 128 random bits in hexadecimal, so that none ever comes back, here or on another node. */
final class Versions {

    private static final Pattern OURS = Pattern.compile("1[0-9a-f]{32}");

    private final SecureRandom random;

    Versions(SecureRandom random) {
        this.random = random;
    }

    String next() {
        return new BigInteger(128, random).setBit(128).toString(16);
    }

    /** Whether a record can have this version. Any other text is not the database's to compare: it may not even take it. */
    static boolean isOne(RecordVersion version) {
        return OURS.matcher(version.value()).matches();
    }
}
