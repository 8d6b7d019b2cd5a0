package dev.latchkey.fuzzing;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.ErrorResponses;
import dev.latchkey.auth.protocol.TokenResponses;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenType;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class TokenResponseFuzzTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Scopes ASKED = Scopes.of("read");

    /** A token that comes out can go into a header, has the type that was asked for, and an end that is not in the past. */
    @FuzzTest
    @DictionaryEntries({
        "access_token",
        "refresh_token",
        "id_token",
        "token_type",
        "Bearer",
        "DPoP",
        "N_A",
        "expires_in",
        "scope",
        "issued_token_type",
        "urn:ietf:params:oauth:token-type:access_token",
        "authorization_details",
        "type",
        "error",
        "error_description",
        "\\u000d\\u000a",
        "1e308"
    })
    void decodes(byte[] body) {
        Map<String, @Nullable Object> members = Shown.members(body);
        if (members == null) {
            return;
        }
        Answer answer = Answer.of("as.example.com", 200, TransportHeaders.empty(), members);
        for (TokenType type : new TokenType[] {TokenType.BEARER, TokenType.DPOP}) {
            for (boolean lenient : new boolean[] {false, true}) {
                try {
                    check(TokenResponses.decode(answer, ASKED, type, NOW, lenient), type);
                } catch (OAuthException e) {
                    Shown.check(e);
                }
            }
        }
        try {
            TokenResponses.decodeExchange(answer, ASKED, TokenType.BEARER, NOW);
        } catch (OAuthException e) {
            Shown.check(e);
        }
        ServerError error =
                ErrorResponses.decode(Answer.of("as.example.com", 400, TransportHeaders.empty(), members), NOW);
        Shown.check(error.code());
        Shown.check(error.toString());
    }

    private static void check(TokenResponse response, TokenType type) {
        String token = response.accessToken().reveal();
        Instant expiresAt = response.accessToken().expiresAt().orElse(NOW);
        if (!token.matches("[ -~]+")
                || !response.accessToken().type().equals(type)
                || expiresAt.isBefore(NOW)
                || !response.refreshToken()
                        .map(refreshToken -> refreshToken.reveal().matches("[ -~]+"))
                        .orElse(true)) {
            throw new AssertionError("A token that breaks its promises");
        }
        Shown.check(response.toString());
    }
}
