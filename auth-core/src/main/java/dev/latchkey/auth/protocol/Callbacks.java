package dev.latchkey.auth.protocol;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationCode;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks what the browser brought (RFC 6749 §4.1.2, RFC 9207 §2.4). */
public final class Callbacks {

    private static final List<String> ONCE =
            List.of("code", "state", "iss", "error", "error_description", "error_uri", "response");
    private static final List<String> NOT_ASKED_FOR = List.of("response", "id_token", "access_token", "token");
    private static final List<String> SIGNED_ONLY = List.of("code", "error", "id_token", "access_token", "token");
    // What says of the JWT itself whom it is from and for, and is no parameter of the answer (JARM §2.1).
    private static final List<String> OF_THE_JWT = List.of("aud", "exp", "iat", "nbf", "jti");

    private Callbacks() {}

    /**
     * Refuses parameters that are there twice, of which one may be an attacker's (OAuth 2.1 §3.2).
     *
     * @param callback the callback
     * @param host whom to name
     * @throws InvalidResponseException if a parameter that matters is there more than once
     */
    public static void refuseDuplicates(AuthorizationCallback callback, String host) {
        for (String name : ONCE) {
            if (callback.all(name).size() > 1) {
                throw new InvalidResponseException(name, host, "is in the callback more than once");
            }
        }
    }

    /**
     * Checks that the callback comes from the server that the browser was sent to, errors included, and that it brings
     * nothing that was not asked for.
     *
     * @param callback a callback whose state was matched
     * @param server the server that the browser was sent to
     * @param host its host
     * @param required why the issuer must be there although the server does not promise it; empty if it need not
     * @throws InvalidResponseException if the issuer is missing though the server promises it or it is required, or is
     *     another
     */
    public static void checkIssuer(
            AuthorizationCallback callback, AuthorizationServerMetadata server, String host, String required) {
        List<String> iss = callback.all("iss");
        if (iss.isEmpty()) {
            boolean promised = server.authorizationResponseIssParameterSupported();
            if (promised || !required.isEmpty()) {
                throw new InvalidResponseException(
                        "iss",
                        host,
                        "is missing from the callback although "
                                + (promised ? "the server promises it (RFC 9207 §2.4)" : required)
                                + "; pass on all parameters of the callback");
            }
        } else if (!iss.get(0).equals(server.issuer())) {
            throw new InvalidResponseException(
                    "iss",
                    host,
                    "the callback names another issuer than the one that the browser was sent to (RFC 9207 §2.4)");
        }
        for (String name : NOT_ASKED_FOR) {
            if (!callback.all(name).isEmpty()) {
                throw new InvalidResponseException(name, host, "is in the callback although it was not asked for");
            }
        }
    }

    /**
     * Refuses a callback whose form is not the one that was asked for, before anything of it is used (JARM §2.3).
     *
     * @param callback the callback
     * @param signed whether a signed answer was asked for
     * @param host whom to name
     * @throws InvalidResponseException if it is signed and should not be, or the other way round
     */
    public static void checkForm(AuthorizationCallback callback, boolean signed, String host) {
        boolean isSigned = !callback.all("response").isEmpty();
        if (!signed && isSigned) {
            throw new InvalidResponseException("response", host, "is in the callback although it was not asked for");
        }
        if (signed && !isSigned) {
            throw new InvalidResponseException(
                    "response",
                    host,
                    "is missing from the callback: a signed answer was asked for (JARM §2.1), and a plain one is refused");
        }
        for (String name : signed ? SIGNED_ONLY : List.<String>of()) {
            if (!callback.all(name).isEmpty()) {
                throw new InvalidResponseException(
                        name, host, "is in the callback beside the signed answer, which alone counts (JARM §2.1)");
            }
        }
    }

    /**
     * Reads the parameters of an answer out of a JWT whose signature is right (JARM §2.4).
     *
     * @param claims the JWT's claims
     * @param issuer who must have issued it
     * @param clientId whom it must be for
     * @param now the instant
     * @param skew how far the server's clock may be off
     * @param host whom to name
     * @return the callback, as if its parameters had come plain
     * @throws InvalidResponseException if issuer, audience or expiry is missing or wrong; it names the claim
     */
    public static AuthorizationCallback signed(
            Map<String, Object> claims, String issuer, String clientId, Instant now, Duration skew, String host) {
        if (!issuer.equals(claims.get("iss"))) {
            throw new InvalidResponseException(
                    "iss",
                    host,
                    "of the signed answer is "
                            + (claims.containsKey("iss") ? "not the issuer that the browser was sent to" : "missing")
                            + " (JARM §2.4)");
        }
        Object audience = claims.get("aud");
        if (!clientId.equals(audience) && !(audience instanceof List && ((List<?>) audience).contains(clientId))) {
            throw new InvalidResponseException(
                    "aud", host, "of the signed answer does not name this client (JARM §2.4)");
        }
        Instant expiresAt = instant(claims, "exp", host);
        if (expiresAt == null || !expiresAt.plus(skew).isAfter(now)) {
            throw new InvalidResponseException(
                    "exp",
                    host,
                    "of the signed answer " + (expiresAt == null ? "is missing" : "has passed: " + expiresAt)
                            + ", and it is " + now + " (JARM §2.4)");
        }
        for (String name : List.of("iat", "nbf")) {
            Instant begin = instant(claims, name, host);
            if (begin != null && begin.minus(skew).isAfter(now)) {
                throw new InvalidResponseException(
                        name, host, "of the signed answer is in the future: " + begin + ", and it is " + now);
            }
        }
        Map<String, String[]> parameters = new LinkedHashMap<>();
        claims.forEach((name, value) -> {
            if (OF_THE_JWT.contains(name)) {
                return;
            }
            if (ONCE.contains(name) && !(value instanceof String)) {
                throw new InvalidResponseException(name, host, "of the signed answer must be a text");
            }
            parameters.put(name, new String[] {String.valueOf(value)});
        });
        try {
            return AuthorizationCallback.of(parameters);
        } catch (IllegalArgumentException e) {
            throw new InvalidResponseException("response", host, "has too many members", null, e);
        }
    }

    private static @Nullable Instant instant(Map<String, Object> claims, String name, String host) {
        Object value = claims.get(name);
        if (value == null) {
            return null;
        }
        double seconds = value instanceof Number ? ((Number) value).doubleValue() : Double.NaN;
        if (!(Math.abs(seconds) <= 1e11)) {
            throw new InvalidResponseException(name, host, "of the signed answer must be an instant in seconds");
        }
        return Instant.ofEpochSecond(((Number) value).longValue());
    }

    /**
     * Gives the code of a callback that is not an error.
     *
     * @param callback the callback
     * @param host whom to name
     * @return the code
     * @throws InvalidResponseException if there is none
     */
    public static AuthorizationCode code(AuthorizationCallback callback, String host) {
        String code = callback.parameters().first("code").orElse("");
        if (code.isEmpty() || code.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidResponseException("code", host, "is missing from the callback");
        }
        return AuthorizationCode.of(code);
    }
}
