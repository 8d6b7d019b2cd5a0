package dev.latchkey.platform.directory;

import java.util.Arrays;
import java.util.Optional;

/** The grants that the platform knows. */
public enum GrantType {
    /** RFC 6749 §4.1, with PKCE. */
    AUTHORIZATION_CODE("authorization_code"),
    /** RFC 6749 §4.4. */
    CLIENT_CREDENTIALS("client_credentials"),
    /** RFC 6749 §6. */
    REFRESH_TOKEN("refresh_token"),
    /** RFC 6749 §4.3. */
    PASSWORD("password"),
    /** RFC 8628. */
    DEVICE_CODE("urn:ietf:params:oauth:grant-type:device_code");

    private final String value;

    GrantType(String value) {
        this.value = value;
    }

    /**
     * The value of {@code grant_type}.
     *
     * @return the value
     */
    public String value() {
        return value;
    }

    /**
     * The grant of a {@code grant_type}.
     *
     * @param value the parameter's value
     * @return the grant, if the platform knows it
     */
    public static Optional<GrantType> of(String value) {
        return Arrays.stream(values()).filter(type -> type.value.equals(value)).findFirst();
    }
}
