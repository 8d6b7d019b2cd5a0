package dev.latchkey.platform;

import dev.latchkey.platform.exchange.Parameters;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a client receives at its redirect URI. Immutable. */
public final class Callback {
    private final URI uri;
    private final Map<String, String> parameters;
    private final boolean formPost;

    private Callback(URI uri, Map<String, String> parameters, boolean formPost) {
        this.uri = uri;
        this.parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        this.formPost = formPost;
    }

    static Callback redirect(URI uri) {
        String encoded = uri.getRawFragment() != null ? uri.getRawFragment() : uri.getRawQuery();
        return new Callback(
                uri, encoded == null ? Map.of() : Parameters.parse(encoded).toMap(), false);
    }

    static Callback formPost(URI action, Map<String, String> fields) {
        return new Callback(action, fields, true);
    }

    /**
     * Where the browser goes.
     *
     * @return the whole URI; for a form post, the form's action
     */
    public URI uri() {
        return uri;
    }

    /**
     * The decoded parameters, from query, fragment or form.
     *
     * @return name to value, unmodifiable
     */
    public Map<String, String> parameters() {
        return parameters;
    }

    /**
     * Tells whether the parameters are posted.
     *
     * @return whether it is a form post
     */
    public boolean isFormPost() {
        return formPost;
    }

    /** Names only: values may be secrets. */
    @Override
    public String toString() {
        return "Callback[" + uri.getHost() + ", " + parameters.keySet() + "]";
    }
}
