package dev.latchkey.cli;

import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenSource;
import java.util.Optional;

/** A token, where more of them come from, and who signed in, if somebody did. */
final class SignedIn {

    private final AccessToken token;
    private final TokenSource tokens;
    private final Optional<SignIn> signIn;
    private final Optional<Login> login;

    private SignedIn(AccessToken token, TokenSource tokens, Optional<SignIn> signIn, Optional<Login> login) {
        this.token = token;
        this.tokens = tokens;
        this.signIn = signIn;
        this.login = login;
    }

    static SignedIn application(TokenSource tokens) {
        return new SignedIn(tokens.token(), tokens, Optional.empty(), Optional.empty());
    }

    static SignedIn user(SignIn signIn, TokenSource tokens) {
        return new SignedIn(signIn.response().accessToken(), tokens, Optional.of(signIn), Optional.empty());
    }

    static SignedIn kept(Login login, TokenSource tokens) {
        return new SignedIn(tokens.token(), tokens, Optional.empty(), Optional.of(login));
    }

    AccessToken token() {
        return token;
    }

    TokenSource tokens() {
        return tokens;
    }

    /** Who has just signed in. */
    Optional<SignIn> signIn() {
        return signIn;
    }

    /** Whose login is kept. */
    Optional<Login> login() {
        return login;
    }

    Optional<Account> account() {
        return signIn.map(SignIn::account).or(() -> login.map(Login::account));
    }

    /** Who it is, with the name that is known. */
    Account named() {
        Account account = account().orElseThrow();
        return username().map(account::withUsername).orElse(account);
    }

    /** A name to show, where there is one. */
    Optional<String> username() {
        return account()
                .flatMap(Account::username)
                .or(() -> signIn.flatMap(SignIn::claims).flatMap(claims -> claims.text("preferred_username")));
    }
}
