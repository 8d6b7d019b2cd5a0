package dev.latchkey.auth.authorize;

import dev.latchkey.auth.error.InvalidResponseException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A logout at the server that was begun, and whose browser may come back (OpenID Connect RP-Initiated Logout §2, §3). Immutable; it
 * prints no value.
 *
 * <p>Send the browser to {@link #uri()}, and keep {@link #state()} with it, in a cookie or in its session. When it is back at the
 * post-logout redirect URI, {@link #requireReturn} tells whether this logout is what brought it there.
 *
 * <pre>{@code
 * PendingLogout logout = client.logout(LogoutRequest.builder().idTokenHint(idToken).postLogoutRedirectUri(bye).build());
 * browserSession.put("logout", logout.state().orElseThrow().reveal());
 * response.sendRedirect(logout.uri().toString());
 * …
 * PendingLogout.requireReturn(browserSession.remove("logout"), AuthorizationCallback.parse(query));
 * }</pre>
 */
public final class PendingLogout {

    private static final String SENDER = "the browser";

    // Transient for reflective JSON writers, which leave such fields out: the query holds the ID token and the state.
    private final transient URI uri;
    private final @Nullable State state;

    private PendingLogout(URI uri, @Nullable State state) {
        this.uri = uri;
        this.state = state;
    }

    /**
     * Describes a logout that was begun.
     *
     * @param uri where the browser goes
     * @param state comes back with it, or null if it does not come back
     * @return the pending logout
     */
    public static PendingLogout of(URI uri, @Nullable State state) {
        return new PendingLogout(Objects.requireNonNull(uri, "uri"), state);
    }

    /**
     * Tells where the browser goes, once.
     *
     * @return the end session endpoint with the request in its query
     */
    public URI uri() {
        return uri;
    }

    /**
     * Gives what is to be kept with the browser until it is back.
     *
     * @return the state, or nothing if the request has neither one nor a post-logout redirect URI
     */
    public Optional<State> state() {
        return Optional.ofNullable(state);
    }

    /**
     * Requires that the browser came back from a logout that was begun here, and not by somebody's link. The comparison takes the
     * same time wherever the two differ.
     *
     * @param kept the text of the state that was kept with this browser, which is to be forgotten now; null if nothing was kept
     * @param parameters with which the browser came to the post-logout redirect URI
     * @throws InvalidResponseException if this browser began no logout, or the state is missing, there twice, or another logout's; nothing is
     *     to be believed then
     */
    public static void requireReturn(@Nullable String kept, AuthorizationCallback parameters) {
        List<String> values = Objects.requireNonNull(parameters, "parameters").all("state");
        if (values.isEmpty()) {
            throw new InvalidResponseException("state", SENDER, "is missing from the return of a logout");
        }
        if (values.size() > 1) {
            throw new InvalidResponseException("state", SENDER, "is there twice in the return of a logout");
        }
        if (kept == null || kept.isEmpty()) {
            throw new InvalidResponseException("state", SENDER, "came with a browser that began no logout here");
        }
        if (!MessageDigest.isEqual(bytes(kept), bytes(values.get(0)))) {
            throw new InvalidResponseException(
                    "state",
                    SENDER,
                    "in the return of a logout is another one's; begin the logout again if it was meant");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "PendingLogout[at " + uri.getHost() + "]";
    }
}
