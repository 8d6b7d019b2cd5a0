package dev.latchkey.auth.authorize;

import dev.latchkey.auth.token.IdToken;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ends the user's session at the server too, by way of the browser (OpenID Connect RP-Initiated Logout §2). Immutable; it
 * prints none of its values.
 */
public final class LogoutRequest {

    private final @Nullable IdToken idTokenHint;
    private final @Nullable String logoutHint;
    private final @Nullable URI postLogoutRedirectUri;
    private final @Nullable State state;

    private LogoutRequest(Builder builder) {
        this.idTokenHint = builder.idTokenHint;
        this.logoutHint = builder.logoutHint;
        this.postLogoutRedirectUri = builder.postLogoutRedirectUri;
        this.state = builder.state;
    }

    /**
     * Starts a request. Without an ID token most servers ask the user first.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Gives the ID token of the session that shall end.
     *
     * @return the token, which may have expired, or nothing
     */
    public Optional<IdToken> idTokenHint() {
        return Optional.ofNullable(idTokenHint);
    }

    /**
     * Tells who is signing out.
     *
     * @return a hint that the server understands, or nothing
     */
    public Optional<String> logoutHint() {
        return Optional.ofNullable(logoutHint);
    }

    /**
     * Tells where the browser goes afterwards.
     *
     * @return an address that is registered at the server, or nothing
     */
    public Optional<URI> postLogoutRedirectUri() {
        return Optional.ofNullable(postLogoutRedirectUri);
    }

    /**
     * Gives what ties the return to this request.
     *
     * @return the state, which {@link PendingLogout#requireReturn} compares, or nothing: then {@code OAuthClient.logout} makes one
     */
    public Optional<State> state() {
        return Optional.ofNullable(state);
    }

    /**
     * Ties the return to this request.
     *
     * @param fresh comes back with the browser
     * @return a new request
     */
    public LogoutRequest withState(State fresh) {
        Builder builder = new Builder();
        builder.idTokenHint = idTokenHint;
        builder.logoutHint = logoutHint;
        builder.postLogoutRedirectUri = postLogoutRedirectUri;
        return builder.state(fresh).build();
    }

    @Override
    public String toString() {
        return "LogoutRequest[" + (idTokenHint == null ? "without" : "with") + " ID token]";
    }

    /** Collects the parts of a request. Not safe for use by several threads. */
    public static final class Builder {

        private @Nullable IdToken idTokenHint;
        private @Nullable String logoutHint;
        private @Nullable URI postLogoutRedirectUri;
        private @Nullable State state;

        private Builder() {}

        /**
         * Names the session that shall end.
         *
         * @param idToken the ID token of its sign-in, which may have expired
         * @return this builder
         */
        public Builder idTokenHint(IdToken idToken) {
            this.idTokenHint = Objects.requireNonNull(idToken, "idToken");
            return this;
        }

        /**
         * Says who is signing out.
         *
         * @param logoutHint a hint that the server understands, such as a user name or a session's name
         * @return this builder
         */
        public Builder logoutHint(String logoutHint) {
            this.logoutHint = Objects.requireNonNull(logoutHint, "logoutHint");
            return this;
        }

        /**
         * Says where the browser goes afterwards.
         *
         * @param postLogoutRedirectUri an address that is registered at the server
         * @return this builder
         * @throws IllegalArgumentException if it is relative or has a fragment
         */
        public Builder postLogoutRedirectUri(URI postLogoutRedirectUri) {
            if (!postLogoutRedirectUri.isAbsolute() || postLogoutRedirectUri.getRawFragment() != null) {
                throw new IllegalArgumentException("postLogoutRedirectUri must be absolute and without a fragment");
            }
            this.postLogoutRedirectUri = postLogoutRedirectUri;
            return this;
        }

        /**
         * Ties the return to this request.
         *
         * @param state comes back with the browser
         * @return this builder
         */
        public Builder state(State state) {
            this.state = Objects.requireNonNull(state, "state");
            return this;
        }

        /**
         * Finishes the request.
         *
         * @return the immutable request
         */
        public LogoutRequest build() {
            return new LogoutRequest(this);
        }
    }
}
