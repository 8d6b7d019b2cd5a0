package dev.latchkey.auth.authorize;

import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.token.IdToken;
import dev.latchkey.auth.token.Scopes;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks the server to have a user sign in on a device of the user's own, without a browser here (CIBA Core §7.1).
 *
 * <p>The user is named by one hint. Immutable; it prints scopes alone.
 */
public final class BackchannelRequest {

    private final Scopes scopes;
    private final String hintName;
    // Transient for reflective JSON writers, which leave such fields out: an ID token may be the hint.
    private final transient String hint;
    private final @Nullable String bindingMessage;
    private final transient @Nullable String userCode;
    private final @Nullable Duration requestedExpiry;
    private final List<String> acrValues;
    private final @Nullable ClientNotificationToken notificationToken;
    private final AccountNaming account;

    private BackchannelRequest(Builder builder) {
        this.scopes = builder.scopes;
        this.hintName = builder.hintName;
        this.hint = builder.hint;
        this.bindingMessage = builder.bindingMessage;
        this.userCode = builder.userCode;
        this.requestedExpiry = builder.requestedExpiry;
        this.acrValues = builder.acrValues;
        this.notificationToken = builder.notificationToken;
        this.account = builder.account;
    }

    /**
     * Names the user by something that the user knows the server by, such as an e-mail address.
     *
     * @param scopes what is asked for, with {@code openid} among it
     * @param loginHint the hint
     * @return a builder
     */
    public static Builder loginHint(Scopes scopes, String loginHint) {
        return new Builder(scopes, "login_hint", loginHint);
    }

    /**
     * Names the user by an ID token of an earlier sign-in, which may have expired.
     *
     * @param scopes what is asked for, with {@code openid} among it
     * @param idToken the ID token
     * @return a builder
     */
    public static Builder idTokenHint(Scopes scopes, IdToken idToken) {
        return new Builder(
                scopes,
                "id_token_hint",
                Objects.requireNonNull(idToken, "idToken").reveal());
    }

    /**
     * Names the user by a token that the server understands.
     *
     * @param scopes what is asked for, with {@code openid} among it
     * @param loginHintToken the token
     * @return a builder
     */
    public static Builder loginHintToken(Scopes scopes, String loginHintToken) {
        return new Builder(scopes, "login_hint_token", loginHintToken);
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
     * Tells which hint names the user.
     *
     * @return {@code login_hint}, {@code id_token_hint} or {@code login_hint_token}
     */
    public String hintName() {
        return hintName;
    }

    /**
     * Gives the hint itself.
     *
     * @return its value, which may be a token
     */
    public String hint() {
        return hint;
    }

    /**
     * Tells what is shown on both devices, so that the user sees that they belong together.
     *
     * @return the message, or nothing
     */
    public Optional<String> bindingMessage() {
        return Optional.ofNullable(bindingMessage);
    }

    /**
     * Gives the code by which the user keeps strangers from asking.
     *
     * @return the code, or nothing
     */
    public Optional<String> userCode() {
        return Optional.ofNullable(userCode);
    }

    /**
     * Tells how long the user shall have.
     *
     * @return the time, or nothing to leave it to the server
     */
    public Optional<Duration> requestedExpiry() {
        return Optional.ofNullable(requestedExpiry);
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
     * Gives what the server proves itself with when it calls back.
     *
     * @return the token, or nothing if the client polls
     */
    public Optional<ClientNotificationToken> notificationToken() {
        return Optional.ofNullable(notificationToken);
    }

    /**
     * Tells how the account is named.
     *
     * @return by the server unless the application named its session
     */
    public AccountNaming account() {
        return account;
    }

    @Override
    public String toString() {
        return "BackchannelRequest[" + scopes + ", " + hintName + "]";
    }

    /** Collects the parts of a request. Not safe for use by several threads. */
    public static final class Builder {

        private final Scopes scopes;
        private final String hintName;
        private final transient String hint;
        private @Nullable String bindingMessage;
        private transient @Nullable String userCode;
        private @Nullable Duration requestedExpiry;
        private List<String> acrValues = List.of();
        private @Nullable ClientNotificationToken notificationToken;
        private AccountNaming account = AccountNaming.byServer();

        private Builder(Scopes scopes, String hintName, String hint) {
            if (!Objects.requireNonNull(scopes, "scopes").contains("openid")) {
                throw new IllegalArgumentException("scopes must contain openid (CIBA Core §7.1)");
            }
            this.scopes = scopes;
            this.hintName = hintName;
            this.hint = Objects.requireNonNull(hint, "hint");
        }

        /**
         * Says what is shown on both devices.
         *
         * @param bindingMessage a short text
         * @return this builder
         */
        public Builder bindingMessage(String bindingMessage) {
            this.bindingMessage = Objects.requireNonNull(bindingMessage, "bindingMessage");
            return this;
        }

        /**
         * Passes on the code by which the user keeps strangers from asking.
         *
         * @param userCode what the user typed
         * @return this builder
         */
        public Builder userCode(String userCode) {
            this.userCode = Objects.requireNonNull(userCode, "userCode");
            return this;
        }

        /**
         * Says how long the user shall have.
         *
         * @param requestedExpiry at least a second
         * @return this builder
         * @throws IllegalArgumentException if it is less than a second
         */
        public Builder requestedExpiry(Duration requestedExpiry) {
            if (requestedExpiry.toSeconds() < 1) {
                throw new IllegalArgumentException("requestedExpiry must be at least a second");
            }
            this.requestedExpiry = requestedExpiry;
            return this;
        }

        /**
         * Names authentication context classes of which one must be met. The answer is checked.
         *
         * @param acrValues the classes, in the order of preference
         * @return this builder
         */
        public Builder acrValues(String... acrValues) {
            this.acrValues = List.of(acrValues);
            return this;
        }

        /**
         * Has the server call back (ping mode), at the address that the client is registered with.
         *
         * @param notificationToken what the server must bring, fresh for each request
         * @return this builder
         */
        public Builder notificationToken(ClientNotificationToken notificationToken) {
            this.notificationToken = Objects.requireNonNull(notificationToken, "notificationToken");
            return this;
        }

        /**
         * Names the account's session, or the subject that must sign in.
         *
         * @param account the naming
         * @return this builder
         */
        public Builder account(AccountNaming account) {
            this.account = Objects.requireNonNull(account, "account");
            return this;
        }

        /**
         * Finishes the request.
         *
         * @return the immutable request
         */
        public BackchannelRequest build() {
            return new BackchannelRequest(this);
        }

        @Override
        public String toString() {
            return "BackchannelRequest.Builder[" + scopes + ", " + hintName + "]";
        }
    }
}
