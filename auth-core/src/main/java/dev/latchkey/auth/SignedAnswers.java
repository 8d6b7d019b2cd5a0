package dev.latchkey.auth;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.State;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.identity.IdTokenVerifier;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Callbacks;
import dev.latchkey.auth.session.Transaction;
import java.io.IOException;
import java.util.Optional;

/** Opens the signed answers of authorization requests (JARM), and sees to it that an answer has the form that was asked for. */
final class SignedAnswers {

    private final Settings settings;
    private final ServerDirectory directory;

    SignedAnswers(Settings settings, ServerDirectory directory) {
        this.settings = settings;
        this.directory = directory;
    }

    /**
     * Finds the state by which the authorization is found. Only an encrypted answer must be opened for it, by the keys of
     * today's server, which then turns out to be the authorization's or not.
     */
    Optional<State> state(AuthorizationCallback callback) {
        Optional<State> state = callback.state();
        String response = callback.parameters().first("response").orElse("");
        if (state.isPresent() || !callback.all("state").isEmpty() || !Jwts.isEncrypted(response)) {
            return state;
        }
        AuthorizationServerMetadata server = directory.metadata();
        return open(response, server, Authorizations.hostOf(server)).state();
    }

    /** Gives the answer in the form of a plain one. Nothing has changed yet if this refuses it. */
    AuthorizationCallback open(AuthorizationCallback callback, Transaction transaction, String host) {
        Callbacks.checkForm(callback, transaction.answersSigned(), host);
        if (!transaction.answersSigned()) {
            return callback;
        }
        AuthorizationCallback opened =
                open(callback.parameters().first("response").orElseThrow(), transaction.server(), host);
        if (opened.state().filter(transaction.state()::equals).isEmpty()) {
            throw new InvalidResponseException("state", host, "in the signed answer is not the authorization's");
        }
        return opened;
    }

    private AuthorizationCallback open(String response, AuthorizationServerMetadata server, String host) {
        IdTokenVerifier verifier = settings.idTokens;
        if (verifier == null) {
            throw new ConfigurationException(
                    "idTokens", "is missing; a signed answer needs who verifies it, given with idTokens(…)");
        }
        IdTokenClaims claims;
        try {
            claims = verifier.claims(SignedResponse.AUTHORIZATION, response, server, settings.clientId);
        } catch (IOException e) {
            throw new TemporaryFailureException(
                    "The keys of " + host + " cannot be had now; the code was not sent", true, null, e);
        }
        settings.security.checkTheirs("response", claims.algorithm(), host);
        return Callbacks.signed(
                claims.asMap(),
                server.issuer(),
                settings.clientId.value(),
                settings.clock.instant(),
                settings.clockSkew,
                host);
    }
}
