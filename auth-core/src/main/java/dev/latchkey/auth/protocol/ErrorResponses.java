package dev.latchkey.auth.protocol;

import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.Remedy;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.Parameters;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Decodes refusals (RFC 6749 §5.2, §4.1.2.1) and turns them into the exception that says what to do. */
public final class ErrorResponses {

    private ErrorResponses() {}

    /**
     * Decodes an answer that is not a success.
     *
     * @param answer the answer, whose body may be anything
     * @param now for a {@code Retry-After} that is a date
     * @return the error; its code is empty if the body names none
     */
    public static ServerError decode(Answer answer, Instant now) {
        Map<String, Object> members = new LinkedHashMap<>();
        if (answer.isJson()) {
            answer.members().forEach((name, value) -> {
                // An error that repeats a token is kept without it.
                if (value != null && !name.endsWith("_token")) {
                    members.put(name, value);
                }
            });
        }
        Object code = members.get("error");
        ServerError.Builder error = ServerError.builder(
                        code instanceof String ? printable((String) code) : "", answer.status(), answer.host())
                .members(members)
                .challenges(Challenges.parse(answer.headers().all("www-authenticate")))
                .retryAfter(
                        RetryAfter.parse(answer.headers().first("retry-after").orElse(""), now)
                                .orElse(null));
        for (String name : answer.headers().names()) {
            if (name.endsWith("request-id") || name.endsWith("correlation-id") || name.endsWith("trace-id")) {
                error.correlationId(name, answer.headers().first(name).orElse(""));
            }
        }
        return error.build();
    }

    /**
     * Decodes an error that the browser brought.
     *
     * @param parameters the callback's parameters, with an {@code error} among them
     * @param host the authorization server's host
     * @return the error
     */
    public static ServerError decode(Parameters parameters, String host) {
        Map<String, Object> members = new LinkedHashMap<>();
        parameters.asMap().forEach((name, values) -> {
            if (!name.equals("code") && !name.equals("state") && !name.endsWith("token")) {
                members.put(name, values.get(0));
            }
        });
        return ServerError.builder(printable(parameters.first("error").orElse("")), 0, host)
                .members(members)
                .build();
    }

    /**
     * Gives the exception that says what to do about an error.
     *
     * @param error the error
     * @param remedy what the server's profile says
     * @param hint what the profile takes the error for, for people, or the empty string
     * @param grantType the grant that was refused, or the empty string
     * @return the exception
     */
    public static OAuthException exception(ServerError error, Remedy remedy, String hint, String grantType) {
        String what = "The server refused" + (grantType.isEmpty() ? "" : " grant " + grantType) + " (" + error + ")"
                + (hint.isEmpty() ? "" : ": " + hint);
        switch (remedy) {
            case SIGN_IN:
                return new SignInRequiredException(what + "; the user must sign in again", error, null);
            case RETRY:
                return new TemporaryFailureException(
                        what + "; wait and try again", wasNotActedUpon(error), error, null);
            case STOP:
                return new AccessDeniedException(what + "; trying again would end the same way", error, null);
            default:
                return new ConfigurationException(
                        error.code().isEmpty() ? "status" : error.code(),
                        what + "; compare the client's settings with its registration at the server",
                        error,
                        null);
        }
    }

    // A server that asks to wait says that it did nothing; one that broke down does not say how far it came.
    private static boolean wasNotActedUpon(ServerError error) {
        return error.status() == 429
                || error.status() == 503
                || error.code().equals("temporarily_unavailable")
                || error.code().equals("slow_down")
                || error.code().equals("authorization_pending");
    }

    private static String printable(String code) {
        String cut = code.length() > 100 ? code.substring(0, 100) : code;
        return cut.replaceAll("[^ -~]", "?");
    }
}
