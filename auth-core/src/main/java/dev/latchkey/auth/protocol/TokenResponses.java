package dev.latchkey.auth.protocol;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.grant.TokenTypeIdentifier;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.AuthorizationDetail;
import dev.latchkey.auth.token.IdToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Decodes a successful answer of the token endpoint (RFC 6749 §5.1). */
public final class TokenResponses {

    private TokenResponses() {}

    /**
     * Decodes a token response.
     *
     * @param answer an answer with status 200
     * @param requested the scopes that were asked for, which hold if the server names none
     * @param expected the type that the token must have
     * @param requestedAt the instant before the request was sent, from which the lifetime counts
     * @return the response
     * @throws InvalidResponseException if a member is missing, of the wrong type or out of range; it names the member
     */
    public static TokenResponse decode(Answer answer, Scopes requested, TokenType expected, Instant requestedAt) {
        return decode(answer, requested, expected, requestedAt, false);
    }

    /**
     * Decodes a token response.
     *
     * @param answer an answer with status 200
     * @param requested the scopes that were asked for, which hold if the server names none
     * @param expected the type that the token must have
     * @param requestedAt the instant before the request was sent, from which the lifetime counts
     * @param lenient whether a response without {@code token_type} is one of a bearer token, where that is expected
     * @return the response
     * @throws InvalidResponseException if a member is missing, of the wrong type or out of range; it names the member
     */
    public static TokenResponse decode(
            Answer answer, Scopes requested, TokenType expected, Instant requestedAt, boolean lenient) {
        String text = secret(answer, "access_token");
        if (text == null) {
            throw new InvalidResponseException("access_token", answer.host(), "is missing");
        }
        TokenType type = type(answer, expected, lenient);
        @Nullable
        Instant expiresAt =
                answer.seconds("expires_in").map(requestedAt::plusSeconds).orElse(null);
        AccessToken accessToken = AccessToken.of(text, type, expiresAt, scopes(answer, requested));
        String refreshToken = secret(answer, "refresh_token");
        String idToken = secret(answer, "id_token");
        checkDetails(answer);
        return TokenResponse.of(
                accessToken,
                refreshToken == null ? null : RefreshToken.of(refreshToken),
                idToken == null ? null : IdToken.of(idToken),
                answer.members());
    }

    /**
     * Decodes the response to a token exchange, which says what kind of token it has, and may have one that is not an
     * access token (RFC 8693 §2.2.1).
     *
     * @param answer an answer with status 200
     * @param requested the scopes that were asked for, which hold if the server names none
     * @param expected the type that the token must have if it is an access token
     * @param requestedAt the instant before the request was sent, from which the lifetime counts
     * @return the response
     * @throws InvalidResponseException if a member is missing, of the wrong type or out of range; it names the member
     */
    public static TokenResponse decodeExchange(
            Answer answer, Scopes requested, TokenType expected, Instant requestedAt) {
        String issued = answer.requiredText("issued_token_type");
        boolean presentable = issued.equals(TokenTypeIdentifier.ACCESS_TOKEN.uri())
                || !answer.requiredText("token_type").equalsIgnoreCase(TokenType.NOT_APPLICABLE.name());
        return decode(answer, requested, presentable ? expected : TokenType.NOT_APPLICABLE, requestedAt, false);
    }

    private static TokenType type(Answer answer, TokenType expected, boolean lenient) {
        if (lenient && expected.equals(TokenType.BEARER) && answer.members().get("token_type") == null) {
            return expected;
        }
        String name = answer.requiredText("token_type");
        if (!name.equalsIgnoreCase(expected.name())) {
            throw new InvalidResponseException(
                    "token_type",
                    answer.host(),
                    "must be " + expected
                            + "; the response was discarded, since a token is used only as it was asked for");
        }
        return expected;
    }

    private static void checkDetails(Answer answer) {
        Object details = answer.members().get("authorization_details");
        if (details != null) {
            try {
                AuthorizationDetail.listOf(details);
            } catch (IllegalArgumentException e) {
                throw new InvalidResponseException(
                        "authorization_details", answer.host(), String.valueOf(e.getMessage()), null, e);
            }
        }
    }

    private static Scopes scopes(Answer answer, Scopes requested) {
        String granted = answer.text("scope").orElse(null);
        if (granted == null) {
            return requested;
        }
        try {
            return Scopes.parse(granted);
        } catch (IllegalArgumentException e) {
            throw new InvalidResponseException(
                    "scope", answer.host(), "has a character that RFC 6749 §3.3 does not allow");
        }
    }

    /** A token must be visible ASCII, as RFC 6749 appendix A.12 has it: anything else could not go into a header. */
    private static @Nullable String secret(Answer answer, String name) {
        String text = answer.text(name).orElse(null);
        if (text != null && !isVisibleAscii(text)) {
            throw new InvalidResponseException(
                    name, answer.host(), "has a character that RFC 6749 appendix A does not allow");
        }
        return text;
    }

    private static boolean isVisibleAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }
}
