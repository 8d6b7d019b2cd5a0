package dev.latchkey.auth.jose;

import java.math.BigInteger;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Tells RSA keys of a generator that smart cards and security modules once had, which anybody can factor (ROCA, CVE-2017-15361).
 *
 * <p>It made primes that are powers of 65537 modulo the product of all small primes, and so is their product. Of other keys, one
 * among 2^83 looks alike.
 */
final class Roca {

    private static final int GENERATOR = 65537;
    // The 71st prime: so far the generator went for keys of 2048 bits, and farther for longer ones.
    private static final int LAST = 353;

    // For each odd prime, the remainders that powers of the generator leave; null for other numbers.
    private static final @Nullable BitSet[] POWERS = powers();

    private Roca() {}

    static boolean isFingerprintOf(BigInteger modulus) {
        for (int prime = 3; prime <= LAST; prime += 2) {
            BitSet powers = POWERS[prime];
            if (powers != null
                    && !powers.get(modulus.mod(BigInteger.valueOf(prime)).intValue())) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable BitSet[] powers() {
        @Nullable BitSet[] all = new BitSet[LAST + 1];
        for (int candidate = 3; candidate <= LAST; candidate += 2) {
            if (BigInteger.valueOf(candidate).isProbablePrime(30)) {
                BitSet powers = new BitSet(candidate);
                for (int power = 1; !powers.get(power); power = power * (GENERATOR % candidate) % candidate) {
                    powers.set(power);
                }
                all[candidate] = powers;
            }
        }
        return all;
    }
}
