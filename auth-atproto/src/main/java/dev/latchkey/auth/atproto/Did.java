package dev.latchkey.auth.atproto;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A decentralized identifier, by the syntax that the AT Protocol allows.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class Did {

    private static final Pattern SYNTAX = Pattern.compile("did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]");
    private static final int MAX_LENGTH = 2048;

    private final String text;

    private Did(String text) {
        this.text = text;
    }

    /**
     * Reads a DID.
     *
     * @param text the text, exactly
     * @return the DID
     * @throws IllegalArgumentException if it is none
     */
    public static Did of(String text) {
        Objects.requireNonNull(text, "text");
        if (text.length() > MAX_LENGTH || !SYNTAX.matcher(text).matches()) {
            throw new IllegalArgumentException("not a DID; one looks like did:plc:ewvi7nxzyoun6zhxrhs64oiz");
        }
        return new Did(text);
    }

    /**
     * Tells the method, which says how the document is found.
     *
     * @return such as {@code plc} or {@code web}
     */
    public String method() {
        return text.substring(4, text.indexOf(':', 4));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Did && text.equals(((Did) other).text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Returns the DID itself. */
    @Override
    public String toString() {
        return text;
    }
}
