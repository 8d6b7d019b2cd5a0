package dev.latchkey.fuzzing;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.jose.ServerKeys;
import java.nio.charset.StandardCharsets;

final class JwkSetFuzzTest {

    /** A set gives keys that can be used, or says what is wrong with it. */
    @FuzzTest
    @DictionaryEntries({
        "\"keys\":[", "\"kty\":\"RSA\"", "\"kty\":\"EC\"", "\"kty\":\"OKP\"", "\"kty\":\"oct\"", "\"crv\":\"P-256\"",
        "\"crv\":\"Ed25519\"", "\"use\":\"sig\"", "\"key_ops\":[\"verify\"]", "\"alg\":\"RS256\"", "\"kid\":",
                "\"n\":\"",
        "\"e\":\"AQAB\"", "\"x\":\"", "\"y\":\"", "\"d\":\"", "\"x5c\":[\"", "\"x5t#S256\":\""
    })
    void decodes(byte[] document) {
        try {
            ServerKeys.of(new String(document, StandardCharsets.UTF_8));
        } catch (ConfigurationException e) {
            Shown.check(e);
        }
    }
}
