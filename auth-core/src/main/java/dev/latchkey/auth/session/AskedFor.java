package dev.latchkey.auth.session;

import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.token.Scopes;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What an access token was asked for: scopes in any order, resources and extra parameters. A token serves exactly what it
 * was asked for. Immutable.
 */
public final class AskedFor {

    private final Scopes scopes;
    private final RequestOptions options;
    private final String text;

    private AskedFor(Scopes scopes, RequestOptions options) {
        this.scopes = scopes;
        this.options = options;
        List<String> extras = new ArrayList<>();
        options.parameters().forEach((name, value) -> extras.add(name + "=" + value));
        options.headers().asMap().forEach((name, values) -> extras.add(name + ": " + values));
        String sorted = String.join(" ", new TreeSet<>(scopes.asSet()));
        // Parameters may hold anything, so they are hashed; scopes are left readable, for whoever looks into a record.
        this.text = extras.isEmpty() ? sorted : sorted + "#" + SessionKey.hash(extras);
    }

    /**
     * Names what is asked for.
     *
     * @param scopes the scopes
     * @param options resources and extra parameters
     * @return what is asked for
     */
    public static AskedFor of(Scopes scopes, RequestOptions options) {
        return new AskedFor(scopes, options);
    }

    /**
     * Tells the scopes.
     *
     * @return the scopes
     */
    public Scopes scopes() {
        return scopes;
    }

    /**
     * Tells resources and extra parameters.
     *
     * @return the options
     */
    public RequestOptions options() {
        return options;
    }

    String text() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AskedFor && text.equals(((AskedFor) other).text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "AskedFor[" + scopes + "]";
    }
}
