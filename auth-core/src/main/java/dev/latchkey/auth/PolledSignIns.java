package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.Grant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.IdTokenChecks;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.Secret;
import dev.latchkey.auth.token.TokenResponse;
import java.time.Instant;
import java.util.function.Consumer;

/** Asks once whether a user has decided on another device, and makes the session if so. All polls of a sign-in prove one key. */
final class PolledSignIns {

    private final ServerDirectory directory;
    private final TokenEndpoint tokenEndpoint;
    private final SignIns signIns;
    private final PollingKeys keys;

    PolledSignIns(ServerDirectory directory, TokenEndpoint tokenEndpoint, SignIns signIns, PollingKeys keys) {
        this.directory = directory;
        this.tokenEndpoint = tokenEndpoint;
        this.signIns = signIns;
        this.keys = keys;
    }

    SignIn ask(
            Secret code,
            Instant expiresAt,
            Grant grant,
            Scopes scopes,
            AccountNaming naming,
            Consumer<IdTokenChecks> furtherChecks) {
        AuthorizationServerMetadata server = directory.metadata();
        TokenBinding binding = keys.of(code, expiresAt, server);
        boolean goesOn = false;
        TokenResponse response;
        try {
            response = tokenEndpoint.request(server, grant, scopes, RequestOptions.NONE, binding);
        } catch (OAuthException e) {
            goesOn = e instanceof TemporaryFailureException || Polling.isUndecided(e);
            throw e;
        } finally {
            if (!goesOn) {
                keys.forget(code);
            }
        }
        return signIns.finish(
                server, response, AskedFor.of(scopes, RequestOptions.NONE), naming, binding, furtherChecks);
    }
}
