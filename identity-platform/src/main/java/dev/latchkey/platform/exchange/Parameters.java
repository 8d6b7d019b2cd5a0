package dev.latchkey.platform.exchange;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The decoded members of a query or of a form body, in the order received; a name may repeat.
 *
 * <p>Instances are immutable and safe for use by several threads.
 */
public final class Parameters {
    private static final Parameters NONE = new Parameters(Map.of());

    private final Map<String, List<String>> values;

    private Parameters(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * No parameters.
     *
     * @return the empty set
     */
    public static Parameters none() {
        return NONE;
    }

    /**
     * Decodes {@code application/x-www-form-urlencoded} text.
     *
     * @param encoded the text, without a leading question mark
     * @return the parameters
     * @throws IllegalArgumentException if an escape is broken
     */
    public static Parameters parse(String encoded) {
        if (encoded.isEmpty()) {
            return NONE;
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String pair : encoded.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            values.computeIfAbsent(decode(name), key -> new ArrayList<>(1)).add(decode(value));
        }
        return new Parameters(values);
    }

    /**
     * The first value of a parameter that is present and not empty.
     *
     * @param name the parameter's name
     * @return its value
     */
    public Optional<String> first(String name) {
        List<String> all = values.get(name);
        return all == null || all.get(0).isEmpty() ? Optional.empty() : Optional.of(all.get(0));
    }

    /**
     * The first value of a parameter.
     *
     * @param name the parameter's name
     * @return its value, or the empty string
     */
    public String get(String name) {
        List<String> all = values.get(name);
        return all == null ? "" : all.get(0);
    }

    /**
     * Every value of a parameter.
     *
     * @param name the parameter's name
     * @return its values, in the order received
     */
    public List<String> all(String name) {
        return Collections.unmodifiableList(values.getOrDefault(name, List.of()));
    }

    /**
     * Tells whether a parameter is there, even if it is empty.
     *
     * @param name the parameter's name
     * @return whether it is there
     */
    public boolean contains(String name) {
        return values.containsKey(name);
    }

    /**
     * The first name that occurs more than once, which RFC 6749 §3.1 and §3.2 forbid.
     *
     * @return the name
     */
    public Optional<String> repeated() {
        return values.entrySet().stream()
                .filter(e -> e.getValue().size() > 1 && !e.getKey().equals("resource"))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * The first value of every parameter.
     *
     * @return name to value, unmodifiable
     */
    public Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        values.forEach((name, all) -> map.put(name, all.get(0)));
        return Collections.unmodifiableMap(map);
    }

    /**
     * Encodes name and value pairs as {@code application/x-www-form-urlencoded}.
     *
     * @param pairs the pairs
     * @return the text
     */
    public static String encode(Map<String, String> pairs) {
        StringBuilder out = new StringBuilder();
        pairs.forEach((name, value) -> out.append(out.length() == 0 ? "" : "&")
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return out.toString();
    }

    private static String decode(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** Names only: values may be secrets. */
    @Override
    public String toString() {
        return "Parameters" + values.keySet();
    }
}
