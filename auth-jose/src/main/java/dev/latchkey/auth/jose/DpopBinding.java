package dev.latchkey.auth.jose;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.exchange.ServerClocks;
import dev.latchkey.auth.spi.JwsSigner;
import dev.latchkey.auth.spi.SessionKeys;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenType;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The key of one session and the proofs that it makes (RFC 9449 §4). */
final class DpopBinding implements TokenBinding {

    private static final String HEADER = "DPoP";
    private static final int MAX_NONCE = 4096;

    private final JwsSigner key;
    private final SessionKeys keys;
    private final Clock clock;
    private final SecureRandom random;
    private final ServerClocks clocks;
    private final Signing signing;
    private final String thumbprint;

    DpopBinding(JwsSigner key, SessionKeys keys, Clock clock, SecureRandom random, ServerClocks clocks) {
        this.key = key;
        this.keys = keys;
        this.clock = clock;
        this.random = random;
        this.clocks = clocks;
        Signing.requireStrong(key);
        this.signing = Signing.of(
                key,
                Signing.header("dpop+jwt", key.algorithm())
                        .json("jwk", PublicJwk.of(key.publicKey()).toJSONString()));
        this.thumbprint = Thumbprint.of(key.publicKey());
    }

    @Override
    public TokenType tokenType() {
        return TokenType.DPOP;
    }

    @Override
    public TransportHeaders prove(String method, URI uri, @Nullable AccessToken token, @Nullable String nonce)
            throws IOException {
        long now = clock.instant().plus(clocks.offset(uri)).getEpochSecond();
        JsonText claims = new JsonText()
                .member("jti", JwtId.from(random))
                .member("htm", method)
                .member("htu", ProofUri.of(uri))
                .member("iat", now);
        if (token != null) {
            claims.member("ath", hash(token));
        }
        if (nonce != null) {
            claims.member("nonce", checked(nonce, uri));
        }
        return TransportHeaders.builder().set(HEADER, signing.sign(claims)).build();
    }

    @Override
    public boolean refused(TransportHeaders headers, URI uri, Instant theirs) {
        Instant signed = timeOf(headers);
        return signed != null && clocks.hear(uri, signed, theirs, clock.instant());
    }

    @Override
    public String thumbprint() {
        return thumbprint;
    }

    @Override
    public byte[] save() throws IOException {
        return keys.save(key);
    }

    @Override
    public String toString() {
        return "TokenBinding[dpop, " + key.algorithm() + "]";
    }

    // Of our own proof, so that two requests at once do not take each other's correction for their own.
    private static @Nullable Instant timeOf(TransportHeaders headers) {
        String proof = headers.first(HEADER).orElse(null);
        try {
            Object issuedAt =
                    proof == null ? null : CompactJwt.parse(proof).claims().get("iat");
            return issuedAt instanceof Number ? Instant.ofEpochSecond(((Number) issuedAt).longValue()) : null;
        } catch (JoseFault e) {
            return null;
        }
    }

    private static String hash(AccessToken token) {
        if (!token.type().equals(TokenType.DPOP)) {
            // A bearer token works without the proof, so that the proof would promise what nobody keeps.
            throw new ConfigurationException("token_type", "a " + token.type() + " token is not bound to a DPoP key");
        }
        return Sha256.of(token.reveal().getBytes(StandardCharsets.US_ASCII));
    }

    /** RFC 9449 §8.1: what a nonce is made of. A comma with a space, as two headers would be joined, is not in it. */
    private static String checked(String nonce, URI uri) {
        boolean legal = !nonce.isEmpty() && nonce.length() <= MAX_NONCE;
        for (int i = 0; legal && i < nonce.length(); i++) {
            char c = nonce.charAt(i);
            legal = c > ' ' && c < 0x7f && c != '"' && c != '\\';
        }
        if (!legal) {
            throw new InvalidResponseException(
                    "DPoP-Nonce", uri.getHost(), "is empty, too long, or has a character that RFC 9449 §8.1 forbids");
        }
        return nonce;
    }
}
