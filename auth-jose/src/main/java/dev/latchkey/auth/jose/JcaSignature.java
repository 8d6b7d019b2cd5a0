package dev.latchkey.auth.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.impl.ECDSA;
import dev.latchkey.auth.error.ConfigurationException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Makes the signatures of one private key by the JCA, in JWS format.
 *
 * <p>A {@link Signature} that has signed is ready to sign again with the same key, so one is kept between calls: looking it
 * up and preparing it each time costs as much as half of a fast signature. It is taken out while in use; who finds none
 * makes one. Safe for use by any number of threads at once.
 */
final class JcaSignature {

    private final Algorithm algorithm;
    // Transient for reflective JSON writers, which leave such fields out.
    private final transient PrivateKey key;
    private final @Nullable Provider provider;
    private final String jcaName;
    private final int length;
    private final transient AtomicReference<@Nullable Signature> idle = new AtomicReference<>();

    JcaSignature(Algorithm algorithm, PrivateKey key, int length, @Nullable Provider provider) {
        this.algorithm = algorithm;
        this.key = key;
        this.length = length;
        this.provider = provider;
        this.jcaName = jcaName(algorithm, provider);
    }

    /** Tells whether the JCA, or the provider, has the algorithm. */
    static boolean has(Algorithm algorithm, @Nullable Provider provider) {
        for (String name : algorithm.jcaNames()) {
            try {
                instance(name, provider);
                return true;
            } catch (NoSuchAlgorithmException e) {
                // The next name, then.
            }
        }
        return false;
    }

    byte[] sign(byte[] input) throws IOException {
        try {
            Signature signature = idle.getAndSet(null);
            if (signature == null) {
                signature = prepared();
            }
            signature.update(input);
            byte[] signed = signature.sign();
            idle.set(signature);
            return algorithm.kind() == Algorithm.Kind.EC && jcaName.endsWith("ECDSA")
                    ? ECDSA.transcodeSignatureToConcat(signed, length)
                    : signed;
        } catch (GeneralSecurityException | JOSEException | RuntimeException e) {
            // Providers over hardware report trouble by unchecked exceptions too.
            throw new IOException("The key refused to make a signature with " + algorithm, e);
        }
    }

    private Signature prepared() throws GeneralSecurityException {
        Signature signature = instance(jcaName, provider);
        // The key first: it decides which provider signs, and only that one is told the parameters.
        signature.initSign(key);
        AlgorithmParameterSpec parameters = algorithm.parameters();
        if (parameters != null) {
            signature.setParameter(parameters);
        }
        return signature;
    }

    private static String jcaName(Algorithm algorithm, @Nullable Provider provider) {
        for (String name : algorithm.jcaNames()) {
            try {
                instance(name, provider);
                return name;
            } catch (NoSuchAlgorithmException e) {
                if (algorithm.kind() == Algorithm.Kind.ED25519 && provider == null) {
                    throw Ed25519.missing(e);
                }
            }
        }
        throw new ConfigurationException(
                "provider",
                (provider == null ? "none of this runtime's" : provider.getName()) + " has the signature algorithm "
                        + algorithm);
    }

    private static Signature instance(String name, @Nullable Provider provider) throws NoSuchAlgorithmException {
        return provider == null ? Signature.getInstance(name) : Signature.getInstance(name, provider);
    }
}
