package dev.latchkey.auth.credential;

import java.util.Objects;

/** The identifier that an application is registered under (RFC 6749 §2.2). Not a secret. Immutable. */
public final class ClientId {

    private final String value;

    private ClientId(String value) {
        this.value = value;
    }

    /**
     * Makes an identifier.
     *
     * @param value printable ASCII characters, at least one
     * @return the identifier
     * @throws IllegalArgumentException if there is another character, or none
     */
    public static ClientId of(String value) {
        Objects.requireNonNull(value, "value");
        if (!value.matches("[ -~]+")) {
            throw new IllegalArgumentException(
                    "A client id must be printable ASCII, and not empty (RFC 6749 appendix A.1)");
        }
        return new ClientId(value);
    }

    /**
     * Gives the identifier as text.
     *
     * @return the identifier
     */
    public String value() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClientId && value.equals(((ClientId) other).value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
