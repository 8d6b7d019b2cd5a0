package dev.latchkey.fuzzing;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Callbacks;
import dev.latchkey.auth.protocol.ErrorResponses;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class CallbackFuzzTest {

    private static final String HOST = "as.example.com";
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final AuthorizationServerMetadata SERVER = AuthorizationServerMetadata.builder(
                    "https://as.example.com")
            .authorizationEndpoint(URI.create("https://as.example.com/authorize"))
            .member("authorization_response_iss_parameter_supported", true)
            .build();

    /** A code comes out of a callback that names it once, with the right issuer, and of no other. */
    @FuzzTest
    @DictionaryEntries({
        "code=",
        "&state=",
        "&iss=https%3A%2F%2Fas.example.com",
        "&error=",
        "&error_description=",
        "response=",
        "%00",
        "%0d%0a",
        "%c3%28",
        "+",
        "\"iss\":\"https://as.example.com\"",
        "\"aud\":\"app\"",
        "\"exp\":1795262400",
        "\"code\":\""
    })
    void decodes(byte[] data) {
        String query = new String(data, StandardCharsets.UTF_8);
        try {
            check(AuthorizationCallback.parse(query));
        } catch (IllegalArgumentException e) {
            Shown.check(String.valueOf(e.getMessage()));
        }
        Map<String, @Nullable Object> members = Shown.members(data);
        if (members != null) {
            Map<String, Object> claims = new LinkedHashMap<>();
            members.forEach((name, value) -> {
                if (value != null) {
                    claims.put(name, value);
                }
            });
            try {
                check(Callbacks.signed(claims, SERVER.issuer(), "app", NOW, Duration.ofMinutes(1), HOST));
            } catch (OAuthException e) {
                Shown.check(e);
            }
        }
    }

    private static void check(AuthorizationCallback callback) {
        Shown.check(callback.toString());
        callback.state();
        try {
            Callbacks.refuseDuplicates(callback, HOST);
            Callbacks.checkForm(callback, false, HOST);
            Callbacks.checkIssuer(callback, SERVER, HOST, "");
            if (!callback.all("error").isEmpty()) {
                Shown.check(ErrorResponses.decode(callback.parameters(), HOST).toString());
            } else if (Callbacks.code(callback, HOST).reveal().isEmpty()
                    || callback.all("code").size() != 1
                    || !callback.all("iss").contains(SERVER.issuer())) {
                throw new AssertionError("A code that was not the one of this server");
            }
        } catch (OAuthException e) {
            Shown.check(e);
        }
    }
}
