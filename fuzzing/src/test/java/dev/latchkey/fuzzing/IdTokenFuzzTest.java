package dev.latchkey.fuzzing;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.jose.JoseIdTokens;
import dev.latchkey.auth.jose.ServerKeys;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.IdTokenChecks;
import dev.latchkey.auth.token.IdToken;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

final class IdTokenFuzzTest {

    private static final String SECRET = "a secret of more than 32 characters";
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final AuthorizationServerMetadata SERVER = AuthorizationServerMetadata.builder(
                    "https://as.example.com")
            .jwksUri(URI.create("https://as.example.com/jwks"))
            .build();
    private static final ClientId CLIENT = ClientId.of("app");
    private static final JoseIdTokens VERIFIER = JoseIdTokens.builder(ServerKeys.fetchedOver(request -> {
                throw new AssertionError("No key is asked for");
            }))
            .signedWithSecret(ClientSecret.of(SECRET), "HS256")
            .build();

    /**
     * The bytes are a token as it stands or, after a zero, header and claims to be signed, with a line feed between them: no
     * token but a signed one passes, and claims that pass say what they must.
     */
    @FuzzTest
    @DictionaryEntries({
        "{\"alg\":\"HS256\"}",
        "\"alg\":\"none\"",
        "eyJhbGciOiJub25lIn0.",
        "\"crit\":",
        "\"b64\":false",
        "\"typ\":\"JWT\"",
        "\"iss\":\"https://as.example.com\"",
        "\"sub\":\"alice\"",
        "\"aud\":\"app\"",
        "\"aud\":[\"app\"]",
        "\"exp\":1795262400",
        "\"iat\":1795262400",
        "\"nonce\":",
        "\"azp\":",
        "\"auth_time\":",
        "\"acr\":",
        "\"at_hash\":",
        "1e308"
    })
    void decodes(byte[] data) throws IOException {
        boolean signed = data.length > 0 && data[0] == 0;
        String token = signed ? signed(data) : new String(data, StandardCharsets.ISO_8859_1);
        if (!token.matches("[ -~]+")) {
            // What is no text of a token response comes to no verifier.
            return;
        }
        IdTokenClaims claims;
        try {
            claims = VERIFIER.verify(IdToken.of(token), SERVER, CLIENT);
        } catch (OAuthException e) {
            Shown.check(e);
            return;
        }
        if (!signed) {
            throw new AssertionError("Somebody signs in who has no key");
        }
        try {
            IdTokenChecks checks = new IdTokenChecks(claims, "as.example.com", NOW, Duration.ofMinutes(1));
            checks.audienceAndTimes("app");
            checks.maxAge(Duration.ofHours(1));
            checks.accessTokenHash("at");
        } catch (OAuthException e) {
            Shown.check(e);
            return;
        }
        if (claims.subject().isEmpty() || !claims.audience().contains("app")) {
            throw new AssertionError("Claims that break their promises");
        }
    }

    private static String signed(byte[] data) {
        int end = 1;
        while (end < data.length && data[end] != '\n') {
            end++;
        }
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String input = base64.encodeToString(Arrays.copyOfRange(data, 1, end)) + "."
                + base64.encodeToString(Arrays.copyOfRange(data, Math.min(end + 1, data.length), data.length));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return input + "." + base64.encodeToString(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime has HS256", e);
        }
    }
}
