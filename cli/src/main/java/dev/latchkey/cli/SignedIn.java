package dev.latchkey.cli;

import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenSource;
import java.util.Optional;

/** A token, where more of them come from, and who signed in, if somebody did. */
final class SignedIn {

    private final AccessToken token;
    private final TokenSource tokens;
    private final Optional<SignIn> signIn;

    private SignedIn(AccessToken token, TokenSource tokens, Optional<SignIn> signIn) {
        this.token = token;
        this.tokens = tokens;
        this.signIn = signIn;
    }

    static SignedIn application(TokenSource tokens) {
        return new SignedIn(tokens.token(), tokens, Optional.empty());
    }

    static SignedIn user(SignIn signIn, TokenSource tokens) {
        return new SignedIn(signIn.response().accessToken(), tokens, Optional.of(signIn));
    }

    AccessToken token() {
        return token;
    }

    TokenSource tokens() {
        return tokens;
    }

    Optional<SignIn> signIn() {
        return signIn;
    }
}
