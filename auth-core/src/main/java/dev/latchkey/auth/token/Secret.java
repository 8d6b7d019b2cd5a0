package dev.latchkey.auth.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A text that must not be seen: it has one way out, {@link #reveal()}, and prints as its type's name and
 * {@code [redacted]}.
 *
 * <p>Equality takes the same time wherever two secrets differ. Secrets are not serializable, and a JSON library that
 * writes fields by reflection does not find the text. Immutable.
 */
public abstract class Secret {

    // Transient, although nothing here is serializable: reflective JSON writers leave transient fields out.
    private final transient String text;

    /**
     * Wraps a text.
     *
     * @param text the text, not empty
     * @throws IllegalArgumentException if the text is empty or has a control character; the message does not repeat it
     */
    protected Secret(String text) {
        if (text == null) {
            // As when an environment variable is not set; without this nobody would know which.
            throw new NullPointerException(getClass().getSimpleName() + " must not be null");
        }
        if (text.isEmpty()) {
            throw new IllegalArgumentException(getClass().getSimpleName() + " must not be empty");
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                throw new IllegalArgumentException(
                        getClass().getSimpleName() + " has a control character at index " + i);
            }
        }
        this.text = text;
    }

    /**
     * Gives the text. Whoever calls this is answerable for where it goes.
     *
     * @return the text itself
     */
    public final String reveal() {
        return text;
    }

    // A client secret and a token of the same text are not the same thing.
    @SuppressWarnings("EqualsGetClass")
    @Override
    public final boolean equals(Object other) {
        return other != null
                && other.getClass() == getClass()
                && MessageDigest.isEqual(bytes(text), bytes(((Secret) other).text));
    }

    @Override
    public final int hashCode() {
        return text.hashCode();
    }

    /**
     * Hides the text.
     *
     * @return the type's name and {@code [redacted]}
     */
    @Override
    public final String toString() {
        return getClass().getSimpleName() + "[redacted]";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
