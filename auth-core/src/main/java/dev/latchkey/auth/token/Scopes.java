package dev.latchkey.auth.token;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.StringTokenizer;

/**
 * A set of scopes (RFC 6749 §3.3), kept in the order in which they were given; equality does not regard the order. Case
 * matters. Immutable.
 */
public final class Scopes implements Iterable<String> {

    /** No scope: the parameter is left out, and the server decides. */
    public static final Scopes NONE = new Scopes(Collections.emptySet());

    private final Set<String> names;
    // Each look-up of a token needs it.
    private final int hash;

    private Scopes(Collection<String> names) {
        Set<String> checked = new LinkedHashSet<>();
        for (String name : names) {
            checked.add(checked(name));
        }
        // One is what most have.
        this.names = checked.size() == 1 ? Set.copyOf(checked) : Collections.unmodifiableSet(checked);
        this.hash = hashOfNames();
    }

    /**
     * Makes a set of scopes.
     *
     * @param names each scope by itself
     * @return the set
     * @throws IllegalArgumentException if a scope is empty or has a character that RFC 6749 §3.3 does not allow, such as
     *     a space
     */
    public static Scopes of(String... names) {
        Objects.requireNonNull(names, "names");
        return of(Arrays.asList(names));
    }

    /**
     * Makes a set of scopes.
     *
     * @param names each scope by itself
     * @return the set
     * @throws IllegalArgumentException if a scope is empty or has a character that RFC 6749 §3.3 does not allow
     */
    public static Scopes of(Collection<String> names) {
        Objects.requireNonNull(names, "names");
        return names.isEmpty() ? NONE : new Scopes(names);
    }

    /**
     * Reads scopes as they stand on the wire.
     *
     * @param text scopes with spaces between them; surplus spaces are passed over
     * @return the set
     * @throws IllegalArgumentException if a scope has a character that RFC 6749 §3.3 does not allow
     */
    public static Scopes parse(String text) {
        Objects.requireNonNull(text, "text");
        List<String> names = new ArrayList<>(4);
        for (StringTokenizer each = new StringTokenizer(text, " "); each.hasMoreTokens(); ) {
            names.add(each.nextToken());
        }
        return of(names);
    }

    /**
     * Adds scopes.
     *
     * @param more scopes, some of which may be here already
     * @return a set with all of them
     */
    public Scopes plus(Scopes more) {
        Set<String> all = new LinkedHashSet<>(names);
        all.addAll(more.names);
        return of(all);
    }

    /**
     * Asks for one scope.
     *
     * @param name a scope
     * @return true if it is in the set
     */
    public boolean contains(String name) {
        return names.contains(name);
    }

    /**
     * Asks for several scopes.
     *
     * @param others scopes
     * @return true if all of them are in this set
     */
    public boolean containsAll(Scopes others) {
        return names.containsAll(others.names);
    }

    /**
     * Tells whether the set is empty.
     *
     * @return true if there is no scope
     */
    public boolean isEmpty() {
        return names.isEmpty();
    }

    /**
     * Gives the scopes as a set.
     *
     * @return an unmodifiable set in the order given
     */
    public Set<String> asSet() {
        return names;
    }

    @Override
    public Iterator<String> iterator() {
        return names.iterator();
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Scopes && names.equals(((Scopes) other).names));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /**
     * Writes the scopes as they stand on the wire.
     *
     * @return the scopes with one space between each two
     */
    @Override
    public String toString() {
        return names.size() == 1 ? names.iterator().next() : String.join(" ", names);
    }

    private int hashOfNames() {
        return names.hashCode();
    }

    private static String checked(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("A scope must not be empty");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c > '~' || c == '"' || c == '\\') {
                throw new IllegalArgumentException(
                        "A scope has a character at index " + i + " that RFC 6749 §3.3 does not allow");
            }
        }
        return name;
    }
}
