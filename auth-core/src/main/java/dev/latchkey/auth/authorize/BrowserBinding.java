package dev.latchkey.auth.authorize;

import dev.latchkey.auth.token.Secret;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A secret that the browser which began an authorization keeps in a cookie, so that nobody can complete it in another
 * one. Immutable; never printed.
 *
 * <p>Each authorization has a cookie of its own, whose name comes from its state: two tabs do not overwrite each other.
 */
public final class BrowserBinding extends Secret {

    private static final String PREFIX = "__Host-latchkey-";
    private static final String COOKIE_VALUE = "[A-Za-z0-9_-]{1,256}";

    private final String cookieName;

    private BrowserBinding(String cookieName, String text) {
        super(text);
        if (!text.matches(COOKIE_VALUE)) {
            throw new IllegalArgumentException("A browser binding must fit into a cookie: letters, digits, - and _");
        }
        this.cookieName = Objects.requireNonNull(cookieName, "cookieName");
    }

    /**
     * Makes the binding of an authorization.
     *
     * @param state the authorization's state
     * @param text the cookie's value
     * @return the binding
     */
    public static BrowserBinding of(State state, String text) {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(text, "text");
        return new BrowserBinding(cookieName(state), text);
    }

    /**
     * Finds the binding that a callback belongs to among the browser's cookies.
     *
     * @param callback what the browser brought
     * @param cookies the {@code Cookie} header; null or empty if there is none
     * @return the binding, or nothing if the browser has none for this state: then the callback is not this browser's
     */
    public static Optional<BrowserBinding> find(AuthorizationCallback callback, @Nullable String cookies) {
        Objects.requireNonNull(callback, "callback");
        return callback.state().flatMap(state -> {
            String name = cookieName(state);
            for (String pair : (cookies == null ? "" : cookies).split(";", -1)) {
                String trimmed = pair.trim();
                String value = trimmed.startsWith(name + "=") ? trimmed.substring(name.length() + 1) : "";
                if (value.matches(COOKIE_VALUE)) {
                    return Optional.of(new BrowserBinding(name, value));
                }
            }
            return Optional.empty();
        });
    }

    /**
     * Tells the cookie's name.
     *
     * @return a name with the prefix {@code __Host-}, which browsers accept only over https and for the whole host
     */
    public String cookieName() {
        return cookieName;
    }

    /**
     * Writes the cookie, for an answer that comes back by a redirect.
     *
     * @return the value of a {@code Set-Cookie} header, good for ten minutes; it holds the secret
     */
    public String setCookie() {
        return setCookie("Lax");
    }

    /**
     * Writes the cookie, for an answer that comes back by {@link ResponseMode#FORM_POST}, with which browsers send only
     * cookies that allow it.
     *
     * @return the value of a {@code Set-Cookie} header, good for ten minutes; it holds the secret
     */
    public String setCookieForFormPost() {
        return setCookie("None");
    }

    private String setCookie(String sameSite) {
        return cookieName + "=" + reveal() + "; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=" + sameSite;
    }

    private static String cookieName(State state) {
        return PREFIX + Hashes.sha256(state.reveal()).substring(0, 16);
    }
}
