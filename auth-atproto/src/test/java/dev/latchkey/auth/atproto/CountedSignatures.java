package dev.latchkey.auth.atproto;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;

/** A provider of the JCA that is asked first, counts what the test's own thread signs, and has the JDK's sign it. */
final class CountedSignatures extends Provider implements AutoCloseable {

    private static final long serialVersionUID = 1;
    private static final String NAME = "CountedSignatures";
    private static final String ES256 = "SHA256withECDSAinP1363Format";
    private static final ThreadLocal<Integer> COUNT = ThreadLocal.withInitial(() -> 0);

    private CountedSignatures() {
        super(NAME, "1", "counts signatures, for tests");
        putService(new Service(this, "Signature", ES256, Counted.class.getName(), null, null) {
            @Override
            public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
                return new Counted();
            }

            @Override
            public boolean supportsParameter(Object parameter) {
                return true;
            }
        });
    }

    static CountedSignatures install() {
        CountedSignatures counted = new CountedSignatures();
        Security.insertProviderAt(counted, 1);
        COUNT.set(0);
        return counted;
    }

    int count() {
        return COUNT.get();
    }

    @Override
    public void close() {
        Security.removeProvider(NAME);
    }

    private static final class Counted extends SignatureSpi {

        private final Signature jdks;

        Counted() throws NoSuchAlgorithmException {
            try {
                jdks = Signature.getInstance(ES256, "SunEC");
            } catch (NoSuchProviderException e) {
                throw new NoSuchAlgorithmException(e);
            }
        }

        @Override
        protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
            jdks.initVerify(key);
        }

        @Override
        protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
            jdks.initSign(key);
        }

        @Override
        protected void engineUpdate(byte b) throws SignatureException {
            jdks.update(b);
        }

        @Override
        protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
            jdks.update(bytes, offset, length);
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            COUNT.set(COUNT.get() + 1);
            return jdks.sign();
        }

        @Override
        protected boolean engineVerify(byte[] signature) throws SignatureException {
            return jdks.verify(signature);
        }

        @Override
        @Deprecated
        protected void engineSetParameter(String name, Object value) {
            throw new UnsupportedOperationException(name);
        }

        @Override
        @Deprecated
        protected Object engineGetParameter(String name) {
            throw new UnsupportedOperationException(name);
        }
    }
}
