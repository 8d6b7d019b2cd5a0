package dev.latchkey.auth.jose;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;

/** A provider that signs with ECDSA in DER alone, as older ones do, and is not installed. */
final class DerOnly extends Provider {

    private static final long serialVersionUID = 1L;

    DerOnly() {
        super("DerOnly", "1", "for tests");
        putService(new Service(this, "Signature", "SHA256withECDSA", Ecdsa.class.getName(), null, null) {
            @Override
            public Object newInstance(Object parameter) {
                return new Ecdsa();
            }
        });
    }

    private static final class Ecdsa extends SignatureSpi {

        private final Signature inside;

        Ecdsa() {
            try {
                inside = Signature.getInstance("SHA256withECDSA");
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
            inside.initSign(key);
        }

        @Override
        protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
            inside.initVerify(key);
        }

        @Override
        protected void engineUpdate(byte b) throws SignatureException {
            inside.update(b);
        }

        @Override
        protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
            inside.update(bytes, offset, length);
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            return inside.sign();
        }

        @Override
        protected boolean engineVerify(byte[] signature) throws SignatureException {
            return inside.verify(signature);
        }

        @Override
        @Deprecated
        protected void engineSetParameter(String name, Object value) {
            throw new UnsupportedOperationException();
        }

        @Override
        @Deprecated
        protected Object engineGetParameter(String name) {
            throw new UnsupportedOperationException();
        }
    }
}
