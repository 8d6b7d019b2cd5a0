package dev.latchkey.auth;

import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.Revocations;
import dev.latchkey.auth.session.ServerNonce;
import dev.latchkey.auth.token.TokenProof;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Revokes tokens at the server (RFC 7009). What goes wrong is told and not thrown. */
final class RevocationEndpoint {

    private static final String NAME = "revocation_endpoint";

    private final Settings settings;
    private final ServerDirectory directory;
    private final TokenEndpoint tokenEndpoint;
    private final Bindings bindings;

    RevocationEndpoint(Settings settings, ServerDirectory directory, TokenEndpoint tokenEndpoint) {
        this.settings = settings;
        this.directory = directory;
        this.tokenEndpoint = tokenEndpoint;
        this.bindings = new Bindings(settings);
    }

    /**
     * Revokes one token. Runs on a flight.
     *
     * @param parameters the token and its type
     * @param account whose token, if it was a session's
     * @param proof of the session's key, since the AT Protocol's servers revoke nothing without a proof and say 200
     */
    Revocation revoke(Parameters parameters, @Nullable Account account, @Nullable TokenProof proof) {
        try {
            return ask(parameters, proof);
        } catch (OAuthException e) {
            return failed(account, e);
        } catch (RuntimeException e) {
            return failed(
                    account,
                    new TemporaryFailureException(
                            "Revoking threw " + e.getClass().getName() + "; the token may still be good",
                            true,
                            null,
                            e));
        }
    }

    /** Takes the nonce that was kept with a session, so that its server need not refuse the first proof to give one. */
    void keptNonce(AuthorizationServerMetadata server, TokenProof proof, ServerNonce nonce) {
        tokenEndpoint.forms().keptNonce(server, proof, nonce);
    }

    Revocation failed(@Nullable Account account, OAuthException reason) {
        settings.tell(listener -> listener.revocationFailed(Optional.ofNullable(account), reason));
        return Revocation.failed(reason);
    }

    private Revocation ask(Parameters parameters, @Nullable TokenProof proof) {
        AuthorizationServerMetadata server = directory.metadata();
        URI endpoint = server.revocationEndpoint().orElse(null);
        if (endpoint == null) {
            if (server.problem(NAME).isPresent()) {
                throw ServerDirectory.missing(NAME, server);
            }
            return Revocation.NOT_OFFERED;
        }
        ServerForms forms = tokenEndpoint.forms();
        Answer answer = forms.send(
                forms.make(
                        RequestKind.REVOCATION,
                        endpoint,
                        NAME,
                        server,
                        parameters,
                        RequestOptions.NONE,
                        proof != null ? proof : bindings.certificate(server)),
                (channel, request) -> channel.sendForStatus(request, NAME));
        if (Revocations.isDone(answer)) {
            return Revocation.DONE;
        }
        OAuthException refusal = tokenEndpoint.refusal(answer, "");
        if (refusal.error().map(ServerError::code).orElse("").equals("unsupported_token_type")) {
            return Revocation.unsupported(refusal);
        }
        throw refusal;
    }
}
