package dev.latchkey.auth.atproto;

import java.util.Objects;
import java.util.regex.Pattern;

/** A name of a method, a collection or a permission set, such as {@code com.atproto.repo.getRecord}. Immutable. */
public final class Nsid {

    private static final int MAX_LENGTH = 317;
    private static final String LABEL = "[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
    private static final Pattern SYNTAX =
            Pattern.compile("[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\\." + LABEL + ")+\\.[a-zA-Z][a-zA-Z0-9]{0,62}");

    private final String text;

    private Nsid(String text) {
        this.text = text;
    }

    /**
     * Reads a name.
     *
     * @param text the text
     * @return the name
     * @throws IllegalArgumentException if it is none
     */
    public static Nsid of(String text) {
        if (!is(Objects.requireNonNull(text, "text"))) {
            throw new IllegalArgumentException(
                    "nsid must be a reversed domain and a name, such as com.example.getThing");
        }
        return new Nsid(text);
    }

    static boolean is(String text) {
        return text.length() <= MAX_LENGTH && SYNTAX.matcher(text).matches();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Nsid && text.equals(((Nsid) other).text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /**
     * Gives the name.
     *
     * @return the text
     */
    @Override
    public String toString() {
        return text;
    }
}
