package dev.latchkey.auth.authorize;

import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an application asks for when it sends a user to sign in (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).
 *
 * <p>State, nonce and code challenge are not here: the client makes, keeps and checks them. Immutable.
 */
public final class AuthorizationRequest {

    private final URI redirectUri;
    private final Scopes scopes;
    private final AccountNaming account;
    private final RequestOptions options;
    private final @Nullable Prompt prompt;
    private final @Nullable String loginHint;
    private final @Nullable Duration maxAge;
    private final List<String> acrValues;
    private final @Nullable String claims;
    private final @Nullable ResponseMode responseMode;

    private AuthorizationRequest(Builder builder) {
        this.redirectUri = builder.redirectUri;
        this.scopes = builder.scopes;
        this.account = builder.account;
        this.options = builder.options;
        this.prompt = builder.prompt;
        this.loginHint = builder.loginHint;
        this.maxAge = builder.maxAge;
        this.acrValues = builder.acrValues;
        this.claims = builder.claims;
        this.responseMode = builder.responseMode;
    }

    /**
     * Asks for scopes and nothing else.
     *
     * @param redirectUri where the browser comes back to, as it is registered at the server
     * @param scopes the scopes; {@code openid} among them names the user
     * @return the request
     */
    public static AuthorizationRequest of(URI redirectUri, Scopes scopes) {
        Objects.requireNonNull(redirectUri, "redirectUri");
        Objects.requireNonNull(scopes, "scopes");
        return builder(redirectUri, scopes).build();
    }

    /**
     * Starts a request.
     *
     * @param redirectUri where the browser comes back to, as it is registered at the server
     * @param scopes the scopes; {@code openid} among them names the user
     * @return a builder
     * @throws IllegalArgumentException if the redirect URI is relative or has a fragment
     */
    public static Builder builder(URI redirectUri, Scopes scopes) {
        Objects.requireNonNull(redirectUri, "redirectUri");
        Objects.requireNonNull(scopes, "scopes");
        return new Builder(redirectUri, scopes);
    }

    /**
     * Starts from this request.
     *
     * @return a builder that holds what this request holds
     */
    public Builder toBuilder() {
        Builder builder = new Builder(redirectUri, scopes);
        builder.account = account;
        builder.options = options;
        builder.prompt = prompt;
        builder.loginHint = loginHint;
        builder.maxAge = maxAge;
        builder.acrValues = acrValues;
        builder.claims = claims;
        builder.responseMode = responseMode;
        return builder;
    }

    /**
     * Tells where the browser comes back to.
     *
     * @return the redirect URI, which is also sent with the code
     */
    public URI redirectUri() {
        return redirectUri;
    }

    /**
     * Tells what is asked for.
     *
     * @return the scopes
     */
    public Scopes scopes() {
        return scopes;
    }

    /**
     * Tells how the account is named.
     *
     * @return by the server unless the application named it
     */
    public AccountNaming account() {
        return account;
    }

    /**
     * Tells what goes along beyond the specification.
     *
     * @return resources and extra parameters
     */
    public RequestOptions options() {
        return options;
    }

    /**
     * Tells what the server shall ask of the user.
     *
     * @return the prompt, or nothing to leave it to the server
     */
    public Optional<Prompt> prompt() {
        return Optional.ofNullable(prompt);
    }

    /**
     * Tells who is expected to sign in.
     *
     * @return the hint, or nothing
     */
    public Optional<String> loginHint() {
        return Optional.ofNullable(loginHint);
    }

    /**
     * Tells how long ago the user may have signed in.
     *
     * @return the age in whole seconds on the wire, or nothing
     */
    public Optional<Duration> maxAge() {
        return Optional.ofNullable(maxAge);
    }

    /**
     * Tells the authentication context classes of which one must be met.
     *
     * @return the classes, possibly none
     */
    public List<String> acrValues() {
        return acrValues;
    }

    /**
     * Tells which claims are asked for one by one.
     *
     * @return the JSON text, or nothing
     */
    public Optional<String> claims() {
        return Optional.ofNullable(claims);
    }

    /**
     * Tells how the browser brings the answer.
     *
     * @return the mode, or nothing for the server's default, the query
     */
    public Optional<ResponseMode> responseMode() {
        return Optional.ofNullable(responseMode);
    }

    @Override
    public String toString() {
        return "AuthorizationRequest[" + scopes + "]";
    }

    /** Collects the parts of a request. Not safe for use by several threads. */
    public static final class Builder {

        private final URI redirectUri;
        private final Scopes scopes;
        private AccountNaming account = AccountNaming.byServer();
        private RequestOptions options = RequestOptions.NONE;
        private @Nullable Prompt prompt;
        private @Nullable String loginHint;
        private @Nullable Duration maxAge;
        private List<String> acrValues = List.of();
        private @Nullable String claims;
        private @Nullable ResponseMode responseMode;

        private Builder(URI redirectUri, Scopes scopes) {
            if (!redirectUri.isAbsolute() || redirectUri.getRawFragment() != null) {
                throw new IllegalArgumentException(
                        "redirectUri must be absolute and without a fragment (RFC 6749 §3.1.2)");
            }
            this.redirectUri = redirectUri;
            this.scopes = Objects.requireNonNull(scopes, "scopes");
        }

        /**
         * Names the account, on servers that do not name it.
         *
         * @param account the naming
         * @return this builder
         */
        public Builder account(AccountNaming account) {
            this.account = Objects.requireNonNull(account, "account");
            return this;
        }

        /**
         * Adds resources and parameters of the server's own.
         *
         * @param options the options, without headers
         * @return this builder
         * @throws IllegalArgumentException if there are headers, which no browser would send along
         */
        public Builder options(RequestOptions options) {
            if (!options.headers().names().isEmpty()) {
                throw new IllegalArgumentException(
                        "An authorization request goes through the browser and has no headers");
            }
            this.options = options;
            return this;
        }

        /**
         * Says what the server shall ask of the user.
         *
         * @param prompt the prompt
         * @return this builder
         */
        public Builder prompt(Prompt prompt) {
            this.prompt = Objects.requireNonNull(prompt, "prompt");
            return this;
        }

        /**
         * Says who is expected to sign in. The server may let somebody else in all the same.
         *
         * @param loginHint a user name or the like
         * @return this builder
         */
        public Builder loginHint(String loginHint) {
            this.loginHint = Objects.requireNonNull(loginHint, "loginHint");
            return this;
        }

        /**
         * Says how long ago the user may have signed in. The answer is checked: {@code auth_time} must be there and recent.
         *
         * @param maxAge the age; zero asks for a new sign-in
         * @return this builder
         */
        public Builder maxAge(Duration maxAge) {
            if (maxAge.isNegative()) {
                throw new IllegalArgumentException("maxAge must not be negative");
            }
            this.maxAge = maxAge;
            return this;
        }

        /**
         * Names authentication context classes of which one must be met. The answer is checked, although a server may answer without
         * any (OpenID Connect Core §3.1.2.1). A mere preference goes into {@link #claims claims}, as {@code acr} that is not essential.
         *
         * @param acrValues the classes, in the order of preference
         * @return this builder
         */
        public Builder acrValues(String... acrValues) {
            this.acrValues = List.of(acrValues);
            return this;
        }

        /**
         * Asks for single claims (OpenID Connect Core §5.5), or passes on those of a claims challenge.
         *
         * @param claims a JSON object as text
         * @return this builder
         */
        public Builder claims(String claims) {
            this.claims = Objects.requireNonNull(claims, "claims");
            return this;
        }

        /**
         * Says how the browser brings the answer.
         *
         * @param responseMode the mode
         * @return this builder
         */
        public Builder responseMode(ResponseMode responseMode) {
            this.responseMode = Objects.requireNonNull(responseMode, "responseMode");
            return this;
        }

        /**
         * Asks for what a resource demands beyond the token that it got.
         *
         * @param stepUp the demand
         * @return this builder
         */
        public Builder stepUp(StepUp stepUp) {
            if (!stepUp.acrValues().isEmpty()) {
                this.acrValues = stepUp.acrValues();
            }
            stepUp.maxAge().ifPresent(this::maxAge);
            stepUp.claims().ifPresent(this::claims);
            return this;
        }

        /**
         * Finishes the request.
         *
         * @return the immutable request
         */
        public AuthorizationRequest build() {
            return new AuthorizationRequest(this);
        }
    }
}
