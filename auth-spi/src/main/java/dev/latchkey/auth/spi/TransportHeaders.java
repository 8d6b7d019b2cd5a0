package dev.latchkey.auth.spi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * HTTP header fields: names without regard to case, each with one or more values in the order in which they came.
 *
 * <p>Names and values are checked when they enter (RFC 9110 §5.1, §5.5): a line break in either is refused, so no value
 * can smuggle in another header. Names are kept in lower case. Immutable, and safe for use by any number of threads.
 */
public final class TransportHeaders {

    private static final TransportHeaders EMPTY = new TransportHeaders(Collections.emptyMap());
    private static final String TOKEN_SYMBOLS = "!#$%&'*+-.^_`|~";

    // Transient for reflective JSON writers, which leave such fields out: values may be credentials.
    private final transient Map<String, List<String>> fields;

    private TransportHeaders(Map<String, List<String>> fields) {
        this.fields = fields;
    }

    /**
     * Gives headers without any field.
     *
     * @return the empty headers
     */
    public static TransportHeaders empty() {
        return EMPTY;
    }

    /**
     * Starts a new set of headers.
     *
     * @return a builder without any field
     */
    public static Builder builder() {
        return new Builder(EMPTY);
    }

    /**
     * Starts from these headers.
     *
     * @return a builder that holds these fields
     */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Finds the first value of a field.
     *
     * @param name the field's name, in any case
     * @return the first value, or nothing if the field is absent
     */
    public Optional<String> first(String name) {
        List<String> values = all(name);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
    }

    /**
     * Finds all values of a field, one for each time that it occurred.
     *
     * @param name the field's name, in any case
     * @return the values in order; empty if the field is absent
     */
    public List<String> all(String name) {
        return fields.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    /**
     * Lists the names that are present.
     *
     * @return the names in lower case, in the order of their first occurrence
     */
    public Set<String> names() {
        return fields.keySet();
    }

    /**
     * Gives all fields as a map, as HTTP clients take them.
     *
     * @return an unmodifiable map from the name in lower case to the values
     */
    public Map<String, List<String>> asMap() {
        return fields;
    }

    /**
     * Names the fields and hides their values, which may be secrets.
     *
     * @return the names only
     */
    @Override
    public String toString() {
        return "TransportHeaders" + fields.keySet();
    }

    private static String checkedName(String name) {
        Objects.requireNonNull(name, "name");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("A header's name must not be empty");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && TOKEN_SYMBOLS.indexOf(c) < 0) {
                throw new IllegalArgumentException("A header's name has a character that RFC 9110 does not allow");
            }
        }
        return name.toLowerCase(Locale.ROOT);
    }

    private static String checkedValue(String name, String value) {
        Objects.requireNonNull(value, "value");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw new IllegalArgumentException(
                        "The value of header " + name + " has a control character at index " + i);
            }
        }
        return value;
    }

    /** Collects header fields. Not safe for use by several threads. */
    public static final class Builder {

        private transient Map<String, List<String>> fields;
        // Headers made of these fields exist: the next change is to a copy.
        private boolean shared = true;

        private Builder(TransportHeaders start) {
            this.fields = start.fields;
        }

        /**
         * Adds a value, beside those that the field has already.
         *
         * @param name the field's name
         * @param value the value
         * @return this builder
         * @throws IllegalArgumentException if the name or the value has a character that HTTP does not allow
         */
        public Builder add(String name, String value) {
            String key = checkedName(name);
            String checked = checkedValue(key, value);
            List<String> values = own().get(key);
            if (values instanceof ArrayList) {
                values.add(checked);
            } else if (values == null) {
                // Nearly every field occurs once.
                fields.put(key, List.of(checked));
            } else {
                List<String> several = new ArrayList<>(values);
                several.add(checked);
                fields.put(key, several);
            }
            return this;
        }

        /**
         * Replaces all values of a field by one.
         *
         * @param name the field's name
         * @param value the value
         * @return this builder
         * @throws IllegalArgumentException if the name or the value has a character that HTTP does not allow
         */
        public Builder set(String name, String value) {
            String key = checkedName(name);
            own().put(key, List.of(checkedValue(key, value)));
            return this;
        }

        /**
         * Removes a field with all its values.
         *
         * @param name the field's name
         * @return this builder
         */
        public Builder remove(String name) {
            own().remove(name.toLowerCase(Locale.ROOT));
            return this;
        }

        /**
         * Finishes the headers.
         *
         * @return the immutable headers
         */
        public TransportHeaders build() {
            if (fields.isEmpty()) {
                return EMPTY;
            }
            if (!shared) {
                fields.replaceAll((name, values) -> List.copyOf(values));
                fields = Collections.unmodifiableMap(fields);
                shared = true;
            }
            return new TransportHeaders(fields);
        }

        private Map<String, List<String>> own() {
            if (shared) {
                fields = new LinkedHashMap<>(fields);
                shared = false;
            }
            return fields;
        }
    }
}
