package dev.latchkey.auth;

import dev.latchkey.auth.authorize.ClientNotificationToken;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.grant.AuthReqId;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The server's call that an authentication has ended, as the application's own endpoint gets it (CIBA Core §10.2). Answer
 * it with status 204, and then poll. Immutable; it does not print what it names.
 */
public final class BackchannelNotification {

    private static final int MAX_LENGTH = 65_536;
    private static final String SENDER = "the notification's sender";

    private final AuthReqId authReqId;
    // Transient for reflective JSON writers, which leave such fields out.
    private final transient String bearer;

    private BackchannelNotification(AuthReqId authReqId, String bearer) {
        this.authReqId = authReqId;
        this.bearer = bearer;
    }

    /**
     * Reads a call. It is believed only after {@link #requireFrom}.
     *
     * @param authorization the header {@code Authorization}, or null if there is none
     * @param body the body
     * @return the notification
     * @throws InvalidResponseException if it is none, which the endpoint answers with status 400 or 401
     */
    public static BackchannelNotification read(@Nullable String authorization, String body) {
        Objects.requireNonNull(body, "body");
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
            throw new InvalidResponseException("authorization", SENDER, "is missing, or no bearer token");
        }
        if (body.length() > MAX_LENGTH) {
            throw new InvalidResponseException("body", SENDER, "is too long");
        }
        try {
            Object id = Json.object(body.getBytes(StandardCharsets.UTF_8)).get("auth_req_id");
            if (!(id instanceof String) || ((String) id).isEmpty()) {
                throw new InvalidResponseException("auth_req_id", SENDER, "is missing");
            }
            return new BackchannelNotification(
                    AuthReqId.of((String) id),
                    authorization.substring("bearer ".length()).trim());
        } catch (JsonFault e) {
            throw new InvalidResponseException(e.field(), SENDER, e.problem());
        } catch (IllegalArgumentException e) {
            throw new InvalidResponseException("auth_req_id", SENDER, "has a control character");
        }
    }

    /**
     * Tells which authentication it is about, by which the application finds the one that it began.
     *
     * @return the {@code auth_req_id}
     */
    public AuthReqId authReqId() {
        return authReqId;
    }

    /**
     * Checks that the server sent it.
     *
     * @param expected the token of the request that began the authentication
     * @return this notification
     * @throws InvalidResponseException if it has another token, which the endpoint answers with status 401
     */
    public BackchannelNotification requireFrom(ClientNotificationToken expected) {
        Objects.requireNonNull(expected, "expected");
        if (!MessageDigest.isEqual(utf8(bearer), utf8(expected.reveal()))) {
            throw new InvalidResponseException("authorization", SENDER, "is not the token that the server was given");
        }
        return this;
    }

    @Override
    public String toString() {
        return "BackchannelNotification[redacted]";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
