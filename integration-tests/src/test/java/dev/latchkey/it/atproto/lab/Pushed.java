package dev.latchkey.it.atproto.lab;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** A pushed request that kept all the rules. */
final class Pushed {

    final ClientDocument client;
    final ClientKey clientKey;
    final String proofKey;
    final String redirectUri;
    final String state;
    final String challenge;
    final Set<String> scopes;
    final Optional<String> loginHint;
    final boolean fragment;
    final Instant until;

    Pushed(Caller caller, Call call, Set<String> scopes, Instant until) {
        this.client = caller.client;
        this.clientKey = caller.clientKey;
        this.proofKey = caller.proofKey;
        this.redirectUri = call.form("redirect_uri").orElseThrow();
        this.state = call.form("state").orElseThrow();
        this.challenge = call.form("code_challenge").orElseThrow();
        this.scopes = scopes;
        this.loginHint = call.form("login_hint");
        this.fragment = call.form("response_mode").filter("fragment"::equals).isPresent();
        this.until = until;
    }
}
