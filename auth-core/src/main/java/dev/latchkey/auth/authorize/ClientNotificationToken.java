package dev.latchkey.auth.authorize;

import dev.latchkey.auth.token.Secret;
import java.util.Objects;

/**
 * What the server proves itself with when it calls the client back (CIBA Core §7.1, {@code client_notification_token}).
 * Immutable; never printed.
 */
public final class ClientNotificationToken extends Secret {

    private ClientNotificationToken(String text) {
        super(text);
    }

    /**
     * Wraps a token.
     *
     * @param text 22 to 1024 characters of the alphabet of bearer tokens, with 128 random bits at least
     * @return the secret
     * @throws IllegalArgumentException if the text cannot be one; the message does not repeat it
     */
    public static ClientNotificationToken of(String text) {
        if (!Objects.requireNonNull(text, "text").matches("[A-Za-z0-9._~+/-]{22,1024}=*")) {
            throw new IllegalArgumentException(
                    "ClientNotificationToken must be 22 to 1024 characters that a bearer token may have");
        }
        return new ClientNotificationToken(text);
    }
}
