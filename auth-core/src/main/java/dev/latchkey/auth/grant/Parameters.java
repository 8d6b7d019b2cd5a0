package dev.latchkey.auth.grant;

import java.util.ArrayList;
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
    public static final Parameters NONE = new Parameters(Collections.emptyMap());

    // Transient for reflective JSON writers, which leave such fields out: values may be secrets.
    private final transient Map<String, List<String>> values;

    private Parameters(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * Makes one parameter.
     *
     * @param name its name
     * @param value its value
     * @return the parameters
     */
    public static Parameters of(String name, String value) {
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
        return put(name, List.of(value));
    }

    /**
     * Adds a parameter, beside those of that name.
     *
     * @param name its name, not empty
     * @param value its value
     * @return new parameters
     */
    public Parameters and(String name, String value) {
        List<String> all = new ArrayList<>(all(name));
        all.add(value);
        return put(name, List.copyOf(all));
    }

    /**
     * Sets parameters, each in place of all of its name.
     *
     * @param others parameters
     * @return new parameters
     */
    public Parameters with(Parameters others) {
        Map<String, List<String>> copy = new LinkedHashMap<>(values);
        copy.putAll(others.values);
        return new Parameters(Collections.unmodifiableMap(copy));
    }

    /**
     * Finds a parameter.
     *
     * @param name its name
     * @return the first value of that name, or nothing
     */
    public Optional<String> first(String name) {
        List<String> all = all(name);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(0));
    }

    /**
     * Finds all values of a name.
     *
     * @param name the name
     * @return the values in order, possibly none
     */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /**
     * Visits every parameter in order.
     *
     * @param visitor gets each name and value
     */
    public void forEach(BiConsumer<String, String> visitor) {
        values.forEach((name, all) -> all.forEach(value -> visitor.accept(name, value)));
    }

    /**
     * Gives all parameters.
     *
     * @return an unmodifiable map from the name to the values
     */
    public Map<String, List<String>> asMap() {
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Parameters && values.equals(((Parameters) other).values);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(values);
    }

    @Override
    public String toString() {
        return "Parameters" + values.keySet();
    }

    private Parameters put(String name, List<String> all) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("A parameter's name must not be empty");
        }
        Map<String, List<String>> copy = new LinkedHashMap<>(values);
        copy.put(name, all);
        return new Parameters(Collections.unmodifiableMap(copy));
    }
}
