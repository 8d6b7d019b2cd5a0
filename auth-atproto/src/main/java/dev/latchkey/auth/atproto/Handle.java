package dev.latchkey.auth.atproto;

import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The name of an account, which is a name in the DNS as well, by the syntax that the AT Protocol allows.
 *
 * <p>Whose name it is can change, and need not be true: {@link AtprotoIdentity#handle()} has been checked in both
 * directions. Immutable, and safe for use by any number of threads.
 */
public final class Handle {

    private static final int MAX_LENGTH = 253;
    // The last label begins with a letter, so that no address in numbers is a handle.
    private static final Pattern SYNTAX =
            Pattern.compile("([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?");
    // RFC 6761 and RFC 7686, and those that no registry gives to anybody.
    private static final Set<String> NOBODYS =
            Set.of("alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion");

    private final String name;

    private Handle(String name) {
        this.name = name;
    }

    /**
     * Reads a handle, in any case and with or without an {@code @} in front.
     *
     * @param text the text
     * @return the handle in lower case
     * @throws IllegalArgumentException if it is none
     */
    public static Handle of(String text) {
        Objects.requireNonNull(text, "text");
        String name = text.startsWith("@") ? text.substring(1) : text;
        if (!isAscii(name) || name.length() > MAX_LENGTH) {
            throw invalid();
        }
        String lower = name.toLowerCase(Locale.ROOT);
        if (!SYNTAX.matcher(lower).matches()) {
            throw invalid();
        }
        return new Handle(lower);
    }

    // Lower case is taken of ASCII only: the Kelvin sign would become a k.
    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static IllegalArgumentException invalid() {
        return new IllegalArgumentException("not a handle; one looks like alice.bsky.social");
    }

    /** Tells whether the name is one for tests, which no DNS has. */
    boolean isTest() {
        return name.endsWith(".test");
    }

    /** Tells whether the name can be anybody's: under the reserved top-level domains, nobody can have one. */
    boolean canBeSomebodys(boolean development) {
        String last = name.substring(name.lastIndexOf('.') + 1);
        return !NOBODYS.contains(last) && (development || !last.equals("test"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Handle && name.equals(((Handle) other).name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** Returns the handle itself, in lower case and without an {@code @}. */
    @Override
    public String toString() {
        return name;
    }
}
