package dev.latchkey.auth.atproto;

import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.jose.JwtAuthentication;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Authenticates a confidential client by the key that the session began with, with a new assertion for every request. */
final class SessionAuthentication implements ClientAuthentication {

    // The reference server puts up with no iat in its future, and at its revocation endpoint says 200 to what it
    // refused: a
    // clock a second ahead would make a sign-out look done. It takes assertions that are up to a minute old.
    private static final Duration BEHIND = Duration.ofSeconds(10);

    private final Map<String, JwtAuthentication> byKey = new HashMap<>();
    private final ClientKeys keys;

    SessionAuthentication(ClientKeys keys, Clock clock, SecureRandom random) {
        this.keys = keys;
        Clock behind = Clock.offset(clock, BEHIND.negated());
        keys.all()
                .forEach((id, key) -> byKey.put(
                        id, JwtAuthentication.privateKey(key).clock(behind).random(random)));
    }

    @Override
    public String method() {
        return "private_key_jwt";
    }

    @Override
    public Optional<String> signingAlgorithm() {
        return Optional.of("ES256");
    }

    @Override
    public void authenticate(RequestDraft request) throws IOException {
        BoundKey key = request.binding()
                .filter(SessionBinding.class::isInstance)
                .map(binding -> ((SessionBinding) binding).clientKey())
                .orElseGet(keys::current);
        JwtAuthentication authentication =
                keys.find(key).map(found -> byKey.get(found.id())).orElse(null);
        if (authentication == null) {
            // Another key would be refused, and the session ended by the server on top of it.
            throw new SignInRequiredException(
                    "kid: the session is bound to client key " + key.id() + ", which this client has no more"
                            + (keys.all().containsKey(key.id()) ? ": the one it has by that name is another key" : "")
                            + "; give it among the former keys, or have the user sign in",
                    null,
                    null);
        }
        authentication.authenticate(request);
    }

    @Override
    public String toString() {
        return "ClientAuthentication[private_key_jwt, ES256]";
    }
}
