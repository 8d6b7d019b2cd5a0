package dev.latchkey.auth.session;

import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.token.Scopes;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an access token was asked for: scopes in any order, resources and extra parameters. Immutable; making one costs no
 * more than the object, since one is made for each look-up.
 */
public final class AskedFor {

    private final Scopes scopes;
    private final RequestOptions options;
    // Computed when a record is looked into, and then the same by whichever thread.
    private @Nullable String text;

    private AskedFor(Scopes scopes, RequestOptions options) {
        this.scopes = scopes;
        this.options = options;
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

    /** The name of a token in a record: the scopes, readable for whoever looks into it, and a hash of what else was asked. */
    String text() {
        String known = text;
        if (known == null) {
            String extras = extras();
            String sorted = String.join(" ", new TreeSet<>(scopes.asSet()));
            known = extras.isEmpty() ? sorted : sorted + "#" + extras;
            text = known;
        }
        return known;
    }

    /** What else was asked, hashed, since parameters may hold anything; empty if nothing was. */
    String extras() {
        List<String> extras = new ArrayList<>();
        options.parameters().forEach((name, value) -> extras.add(name + "=" + value));
        options.headers().asMap().forEach((name, values) -> extras.add(name + ": " + values));
        return extras.isEmpty() ? "" : SessionKey.hash(extras);
    }

    static String extrasOf(String text) {
        int hash = text.lastIndexOf('#');
        // A scope may have a hash sign of its own; the hash of the extras always has 43 characters behind it.
        return hash < 0 || text.length() - hash != 44 || text.indexOf(' ', hash) >= 0 ? "" : text.substring(hash + 1);
    }

    boolean is(Scopes otherScopes, RequestOptions otherOptions) {
        return scopes.equals(otherScopes) && options.equals(otherOptions);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof AskedFor && is(((AskedFor) other).scopes, ((AskedFor) other).options));
    }

    @Override
    public int hashCode() {
        return 31 * scopes.hashCode() + options.hashCode();
    }

    @Override
    public String toString() {
        return "AskedFor[" + scopes + "]";
    }
}
