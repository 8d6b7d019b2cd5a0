package dev.latchkey.auth.grant;

import dev.latchkey.auth.token.Secret;

/** The code by which a device asks for its tokens (RFC 8628 §3.2). Immutable; never printed. */
public final class DeviceCode extends Secret {

    private DeviceCode(String text) {
        super(text);
    }

    /**
     * Wraps a device code.
     *
     * @param text the text, not empty and without control characters
     * @return the secret
     * @throws IllegalArgumentException if the text cannot be one; the message does not repeat it
     */
    public static DeviceCode of(String text) {
        return new DeviceCode(text);
    }
}
