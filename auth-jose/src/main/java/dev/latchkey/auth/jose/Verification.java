package dev.latchkey.auth.jose;

import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Decrypts a JWT if it is encrypted, and verifies its signature: the one way from a text to claims. */
final class Verification {

    private Verification() {}

    /**
     * Verifies a JWT's origin.
     *
     * @param text the JWT in compact form
     * @param rules what it must be like
     * @param server the server that it must come from
     * @param source the server's keys
     * @throws JoseFault if it is malformed, not what the rules say, or not the server's
     * @throws IOException if the keys cannot be had now
     */
    static VerifiedJwt verify(String text, ResponseRules rules, AuthorizationServerMetadata server, KeySource source)
            throws JoseFault, IOException {
        CompactJwt jwt = decrypted(CompactJwt.parse(text), rules);
        JoseHeader header = jwt.header();
        VerificationAlgorithm algorithm = VerificationAlgorithm.named(header.algorithm());
        if (algorithm == null || !rules.algorithms().of(server).contains(header.algorithm())) {
            throw new JoseFault(problemOf(header.algorithm(), rules, server));
        }
        if (!rules.allowsType(header.type())) {
            throw new JoseFault("is of type "
                    + (header.type().isEmpty() ? "none" : JoseFault.printable(header.type()))
                    + ", and so is meant for something else");
        }
        VerificationKeys secret = rules.secret();
        boolean holds = algorithm.isSymmetric()
                ? secret != null && isSignedBy(secret, algorithm, jwt)
                : isSignedByServer(source, algorithm, jwt);
        if (!holds) {
            throw new JoseFault("has a signature that does not hold");
        }
        return new VerifiedJwt(header, jwt.claimsRepeating(rules.repeatedClaim()));
    }

    private static boolean isSignedByServer(KeySource source, VerificationAlgorithm algorithm, CompactJwt jwt)
            throws JoseFault, IOException {
        String keyId = jwt.header().keyId();
        VerificationKeys keys = source.keys();
        VerificationKey key = keys.find(algorithm, keyId);
        if (key != null && key.verifies(algorithm, jwt)) {
            return true;
        }
        if (key != null && keyId != null) {
            return false;
        }
        // The key is not there, or the token does not say which it is: the server may have a new one.
        VerificationKeys newer = source.keysAfter(keys);
        VerificationKey found = newer.find(algorithm, keyId);
        if (found == null) {
            throw new JoseFault("is signed with a key "
                    + (keyId == null ? "" : "(kid " + JoseFault.printable(keyId) + ") ") + "that is not among the "
                    + newer.size() + " of the server for " + algorithm.name());
        }
        return newer != keys && found.verifies(algorithm, jwt);
    }

    private static boolean isSignedBy(VerificationKeys keys, VerificationAlgorithm algorithm, CompactJwt jwt)
            throws JoseFault {
        VerificationKey key = keys.find(algorithm, null);
        return key != null && key.verifies(algorithm, jwt);
    }

    private static CompactJwt decrypted(CompactJwt jwt, ResponseRules rules) throws JoseFault {
        if (!jwt.isEncrypted()) {
            if (rules.isAlwaysEncrypted()) {
                throw new JoseFault("is not encrypted, although encryption is registered");
            }
            return jwt;
        }
        Decryption decryption = rules.decryption();
        if (decryption == null) {
            throw new JoseFault("is encrypted, and there are no decryption keys");
        }
        if (!jwt.header().contentType().isEmpty() && !jwt.header().contentType().equals("jwt")) {
            throw new JoseFault("is encrypted and has no JWT inside (cty)");
        }
        CompactJwt inner = CompactJwt.parse(new String(decryption.decrypt(jwt), StandardCharsets.ISO_8859_1));
        if (inner.isEncrypted()) {
            throw new JoseFault("is encrypted twice");
        }
        return inner;
    }

    private static String problemOf(String algorithm, ResponseRules rules, AuthorizationServerMetadata server) {
        return algorithm.toLowerCase(Locale.ROOT).equals("none")
                ? "is not signed: alg is none"
                : rules.algorithms().refusal(algorithm, server);
    }
}
