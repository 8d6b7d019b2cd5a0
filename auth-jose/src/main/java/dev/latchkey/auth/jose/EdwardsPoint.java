package dev.latchkey.auth.jose;

import java.math.BigInteger;

/** Tells whether 32 bytes are a point of edwards25519 that a public key can be (RFC 8032 §5.1.3). Of public values only: it is not constant-time. */
final class EdwardsPoint {

    private static final BigInteger ONE = BigInteger.ONE;
    private static final BigInteger P = ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger D = BigInteger.valueOf(-121665)
            .multiply(BigInteger.valueOf(121666).modInverse(P))
            .mod(P);

    private EdwardsPoint() {}

    /**
     * Tells whether the bytes encode a point in the one way that is allowed, and one of a large order. Under a key of small order
     * anybody can make signatures that verify, without knowing a private key.
     */
    static boolean canBeKey(byte[] encoded) {
        byte[] bigEndian = new byte[encoded.length];
        for (int i = 0; i < encoded.length; i++) {
            bigEndian[i] = encoded[encoded.length - 1 - i];
        }
        // The highest bit is the sign of x.
        BigInteger y = new BigInteger(1, bigEndian).clearBit(255);
        if (y.compareTo(P) >= 0) {
            return false;
        }
        BigInteger square = y.multiply(y).mod(P);
        return isOnCurve(square) && !hasSmallOrder(square);
    }

    // x² = (y² - 1) / (d y² + 1) must be a square, which the product of both is exactly if their quotient is (Euler).
    private static boolean isOnCurve(BigInteger square) {
        BigInteger quotient =
                square.subtract(ONE).multiply(D.multiply(square).add(ONE)).mod(P);
        return quotient.signum() == 0
                || quotient.modPow(P.subtract(ONE).shiftRight(1), P).equals(ONE);
    }

    // y is 1 or -1 for the orders 1 and 2, and 0 for 4. A point of order 8 doubles to y = 0, so that x² = -y², and with
    // the curve's
    // equation d y⁴ + 2 y² - 1 = 0.
    private static boolean hasSmallOrder(BigInteger square) {
        return square.signum() == 0
                || square.equals(ONE)
                || D.multiply(square)
                                .multiply(square)
                                .add(square.shiftLeft(1))
                                .subtract(ONE)
                                .mod(P)
                                .signum()
                        == 0;
    }
}
