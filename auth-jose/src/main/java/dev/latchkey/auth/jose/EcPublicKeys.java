package dev.latchkey.auth.jose;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;

/**
 * Finds the public half of an EC key (SEC 1 §3.2.1). Java has no function for that, and its own encoding of a private key
 * leaves the public half out.
 *
 * <p>It is done once, when a key is loaded, and takes a time that depends on the key: signatures are never made with it.
 */
final class EcPublicKeys {

    private static final BigInteger TWO = BigInteger.valueOf(2);
    private static final BigInteger THREE = BigInteger.valueOf(3);

    private EcPublicKeys() {}

    static PublicKey of(ECPrivateKey key) throws GeneralSecurityException {
        ECParameterSpec curve = key.getParams();
        if (!(curve.getCurve().getField() instanceof ECFieldFp)) {
            throw new GeneralSecurityException("is on a curve of no registered name");
        }
        BigInteger p = ((ECFieldFp) curve.getCurve().getField()).getP();
        BigInteger a = curve.getCurve().getA();
        ECPoint sum = ECPoint.POINT_INFINITY;
        for (int i = key.getS().bitLength() - 1; i >= 0; i--) {
            sum = doubled(sum, a, p);
            if (key.getS().testBit(i)) {
                sum = sum(sum, curve.getGenerator(), a, p);
            }
        }
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(sum, curve));
    }

    private static ECPoint sum(ECPoint left, ECPoint right, BigInteger a, BigInteger p) {
        if (left.equals(ECPoint.POINT_INFINITY)) {
            return right;
        }
        if (left.getAffineX().equals(right.getAffineX())) {
            return left.equals(right) ? doubled(left, a, p) : ECPoint.POINT_INFINITY;
        }
        BigInteger slope = right.getAffineY()
                .subtract(left.getAffineY())
                .multiply(right.getAffineX().subtract(left.getAffineX()).modInverse(p));
        return point(slope, left, right, p);
    }

    private static ECPoint doubled(ECPoint point, BigInteger a, BigInteger p) {
        if (point.equals(ECPoint.POINT_INFINITY)) {
            return point;
        }
        BigInteger x = point.getAffineX();
        BigInteger slope = THREE.multiply(x)
                .multiply(x)
                .add(a)
                .multiply(TWO.multiply(point.getAffineY()).modInverse(p));
        return point(slope, point, point, p);
    }

    private static ECPoint point(BigInteger slope, ECPoint left, ECPoint right, BigInteger p) {
        BigInteger x = slope.multiply(slope)
                .subtract(left.getAffineX())
                .subtract(right.getAffineX())
                .mod(p);
        BigInteger y = slope.multiply(left.getAffineX().subtract(x)).subtract(left.getAffineY());
        return new ECPoint(x, y.mod(p));
    }
}
