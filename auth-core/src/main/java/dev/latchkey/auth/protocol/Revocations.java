package dev.latchkey.auth.protocol;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.TokenResponse;
import java.util.List;
import java.util.Optional;

/** Encodes revocation requests and decodes their answers (RFC 7009 §2). */
public final class Revocations {

    private Revocations() {}

    /**
     * Says which token.
     *
     * @param token a refresh token
     * @return the request's parameters
     */
    public static Parameters parameters(RefreshToken token) {
        return parameters(token.reveal(), "refresh_token");
    }

    /**
     * Says which token.
     *
     * @param token an access token
     * @return the request's parameters
     */
    public static Parameters parameters(AccessToken token) {
        return parameters(token.reveal(), "access_token");
    }

    /**
     * Says which token of a response, with which the others end.
     *
     * @param response a token response
     * @return the request's parameters, for its refresh token if it has one
     */
    public static Parameters of(TokenResponse response) {
        return response.refreshToken().map(Revocations::parameters).orElseGet(() -> parameters(response.accessToken()));
    }

    /**
     * Tells whether a server has done what it was asked to. Its body is of no meaning (RFC 7009 §2.2).
     *
     * @param answer the answer
     * @return true for status 200, which a token that the server does not know gets too; false if it is an error
     * @throws InvalidResponseException for another success, which says nothing of a revocation
     */
    public static boolean isDone(Answer answer) {
        if (answer.status() != 200 && answer.status() < 400) {
            throw new InvalidResponseException(
                    "status",
                    answer.host(),
                    "must be 200 after a revocation (RFC 7009 §2.2) and is " + answer.status()
                            + "; the token may still be good");
        }
        return answer.status() == 200;
    }

    /**
     * Reads what is to be revoked from an answer that is refused for something else.
     *
     * @param answer an answer of the token endpoint
     * @return the parameters for its refresh token, or else for its access token; nothing if it has neither in a readable form
     */
    public static Optional<Parameters> readable(Answer answer) {
        if (!answer.isJson()) {
            return Optional.empty();
        }
        for (String name : List.of("refresh_token", "access_token")) {
            Object token = answer.members().get(name);
            if (token instanceof String) {
                return Optional.of(parameters((String) token, name));
            }
        }
        return Optional.empty();
    }

    private static Parameters parameters(String token, String hint) {
        return Parameters.of("token", token).with("token_type_hint", hint);
    }
}
