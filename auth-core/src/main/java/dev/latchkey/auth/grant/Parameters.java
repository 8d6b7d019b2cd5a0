package dev.latchkey.auth.grant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The parameters of a request, in order; a name may occur more than once where its specification allows it, as
 * {@code resource} does (RFC 8707 §2).
 *
 * <p>Immutable: each change gives a new object. It prints the names and no value, since values may be secrets.
 */
public final class Parameters {

    /** No parameter. */
    public static final Parameters NONE = new Parameters(new String[0]);

    // Names may come from a browser, and a line of a log has no room for all that it may send.
    private static final int MAX_SHOWN = 1_000;

    // Names and values by turns, those of one name together. An array, since requests are put together parameter by
    // parameter and a map costs ten times as much to copy.
    // Transient for reflective JSON writers, which leave such fields out: values may be secrets.
    private final transient String[] pairs;

    private Parameters(String[] pairs) {
        this.pairs = pairs;
    }

    /**
     * Makes one parameter.
     *
     * @param name its name
     * @param value its value
     * @return the parameters
     */
    public static Parameters of(String name, String value) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        return NONE.with(name, value);
    }

    /**
     * Sets a parameter, in place of all of that name.
     *
     * @param name its name, not empty
     * @param value its value
     * @return new parameters
     */
    public Parameters with(String name, String value) {
        int at = indexOf(requireName(name));
        return replaced(at, endOf(name, at), name, Objects.requireNonNull(value, "value"));
    }

    /**
     * Adds a parameter, beside those of that name.
     *
     * @param name its name, not empty
     * @param value its value
     * @return new parameters
     */
    public Parameters and(String name, String value) {
        int end = endOf(requireName(name), indexOf(name));
        return replaced(end, end, name, Objects.requireNonNull(value, "value"));
    }

    /**
     * Sets parameters, each in place of all of its name.
     *
     * @param others parameters
     * @return new parameters
     */
    public Parameters with(Parameters others) {
        if (pairs.length == 0) {
            return others;
        }
        Parameters all = this;
        for (int i = 0; i < others.pairs.length; i += 2) {
            String name = others.pairs[i];
            String value = others.pairs[i + 1];
            all = i == others.indexOf(name) ? all.with(name, value) : all.and(name, value);
        }
        return all;
    }

    /**
     * Finds a parameter.
     *
     * @param name its name
     * @return the first value of that name, or nothing
     */
    public Optional<String> first(String name) {
        int at = indexOf(name);
        return at == pairs.length ? Optional.empty() : Optional.of(pairs[at + 1]);
    }

    /**
     * Finds all values of a name.
     *
     * @param name the name
     * @return the values in order, possibly none
     */
    public List<String> all(String name) {
        int at = indexOf(name);
        int end = endOf(name, at);
        if (end == at) {
            return List.of();
        }
        List<String> all = new ArrayList<>((end - at) / 2);
        for (int i = at; i < end; i += 2) {
            all.add(pairs[i + 1]);
        }
        return Collections.unmodifiableList(all);
    }

    /**
     * Visits every parameter in order.
     *
     * @param visitor gets each name and value
     */
    public void forEach(BiConsumer<String, String> visitor) {
        for (int i = 0; i < pairs.length; i += 2) {
            visitor.accept(pairs[i], pairs[i + 1]);
        }
    }

    /**
     * Gives all parameters.
     *
     * @return an unmodifiable map from the name to the values
     */
    public Map<String, List<String>> asMap() {
        Map<String, List<String>> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i = endOf(pairs[i], i)) {
            map.put(pairs[i], all(pairs[i]));
        }
        return Collections.unmodifiableMap(map);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Parameters && asMap().equals(((Parameters) other).asMap());
    }

    @Override
    public int hashCode() {
        return asMap().hashCode();
    }

    @Override
    public String toString() {
        // Whoever sent the names must not be able to begin a new line in a log with them.
        String names = asMap().keySet().toString();
        return "Parameters"
                + (names.length() <= MAX_SHOWN ? names : names.substring(0, MAX_SHOWN) + "…]")
                        .replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }

    private static String requireName(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("A parameter's name must not be empty");
        }
        return name;
    }

    /** Finds the first pair of a name, or the end of all. */
    private int indexOf(String name) {
        int at = 0;
        while (at < pairs.length && !pairs[at].equals(name)) {
            at += 2;
        }
        return at;
    }

    /** Finds the end of a name's pairs, the first of which is known. */
    private int endOf(String name, int first) {
        int end = first;
        while (end < pairs.length && pairs[end].equals(name)) {
            end += 2;
        }
        return end;
    }

    private Parameters replaced(int from, int to, String name, String value) {
        String[] changed = Arrays.copyOf(pairs, pairs.length - (to - from) + 2);
        changed[from] = name;
        changed[from + 1] = value;
        System.arraycopy(pairs, to, changed, from + 2, pairs.length - to);
        return new Parameters(changed);
    }
}
