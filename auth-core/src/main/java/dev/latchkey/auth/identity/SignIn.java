package dev.latchkey.auth.identity;

import dev.latchkey.auth.token.TokenResponse;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A sign-in that succeeded and whose session is in the store. Immutable; it prints no token. */
public final class SignIn {

    private final Account account;
    private final @Nullable IdTokenClaims claims;
    private final TokenResponse response;

    private SignIn(Account account, @Nullable IdTokenClaims claims, TokenResponse response) {
        this.account = Objects.requireNonNull(account, "account");
        this.claims = claims;
        this.response = Objects.requireNonNull(response, "response");
    }

    /**
     * Describes a sign-in.
     *
     * @param account who signed in
     * @param claims what the ID token says, or null if there is none
     * @param response what the server granted
     * @return the sign-in
     */
    public static SignIn of(Account account, @Nullable IdTokenClaims claims, TokenResponse response) {
        return new SignIn(account, claims, response);
    }

    /**
     * Tells who signed in.
     *
     * @return the account, by which its tokens are had from now on
     */
    public Account account() {
        return account;
    }

    /**
     * Tells what the ID token says.
     *
     * @return the claims, or nothing if the server sent no ID token
     */
    public Optional<IdTokenClaims> claims() {
        return Optional.ofNullable(claims);
    }

    /**
     * Tells what the server granted.
     *
     * @return the token response
     */
    public TokenResponse response() {
        return response;
    }

    @Override
    public String toString() {
        return "SignIn[" + account + "]";
    }
}
