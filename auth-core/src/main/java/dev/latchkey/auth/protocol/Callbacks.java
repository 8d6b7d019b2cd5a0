package dev.latchkey.auth.protocol;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationCode;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.util.List;

/** Checks what the browser brought (RFC 6749 §4.1.2, RFC 9207 §2.4). */
public final class Callbacks {

    private static final List<String> ONCE =
            List.of("code", "state", "iss", "error", "error_description", "error_uri", "response");
    private static final List<String> NOT_ASKED_FOR = List.of("response", "id_token", "access_token", "token");

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
     * @throws InvalidResponseException if the issuer is missing though the server promises it, or is another
     */
    public static void checkIssuer(AuthorizationCallback callback, AuthorizationServerMetadata server, String host) {
        List<String> iss = callback.all("iss");
        if (iss.isEmpty()) {
            if (server.authorizationResponseIssParameterSupported()) {
                throw new InvalidResponseException(
                        "iss",
                        host,
                        "is missing from the callback although the server promises it (RFC 9207 §2.4); pass on all parameters of"
                                + " the callback");
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
