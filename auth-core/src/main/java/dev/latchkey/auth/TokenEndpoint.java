package dev.latchkey.auth;

import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.Grant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.grant.TokenExchangeGrant;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.ErrorResponses;
import dev.latchkey.auth.protocol.Revocations;
import dev.latchkey.auth.protocol.TokenResponses;
import dev.latchkey.auth.token.AuthorizationDetail;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenType;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends grants to the token endpoint: encode, send once, decode.
 *
 * <p>Making a request and sending it are two steps, since whatever can fail or take long without the server (a key vault,
 * before all) belongs before a lease that others wait for.
 */
final class TokenEndpoint {

    // Client assertions and proofs of keys live a minute or so from when they were made.
    private static final Duration FRESH = Duration.ofSeconds(30);
    private static final int ATTEMPTS = 3;

    // One way of client authentication per request (OAuth 2.1 §2.4), and that is the client's.
    private static final List<String> NOT_A_GRANTS =
            List.of("grant_type", "client_id", "client_secret", "client_assertion", "client_assertion_type");

    private final Settings settings;
    private final ServerDirectory directory;
    private final ServerForms forms;

    TokenEndpoint(Settings settings, ServerDirectory directory) {
        this.settings = settings;
        this.directory = directory;
        this.forms = new ServerForms(settings);
    }

    TokenResponse request(
            AuthorizationServerMetadata server,
            Grant grant,
            Scopes asked,
            RequestOptions options,
            @Nullable TokenBinding binding) {
        Prepared request = prepare(server, grant, asked, options, binding);
        try {
            return send(request);
        } catch (OAuthException e) {
            revokeRefused(request);
            throw e;
        }
    }

    /** Makes the request for a grant, with client authentication and the key's proof; made anew if that took too long. */
    Prepared prepare(
            AuthorizationServerMetadata server,
            Grant grant,
            Scopes asked,
            RequestOptions options,
            @Nullable TokenBinding binding) {
        try {
            settings.security.checkGrant(grant.grantType());
            URI endpoint = directory.tokenEndpoint(server);
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                long begin = settings.ticker.getAsLong();
                ServerForms.Made request = forms.make(
                        RequestKind.TOKEN,
                        endpoint,
                        "token_endpoint",
                        server,
                        parameters(grant, options),
                        options,
                        binding);
                Prepared prepared = new Prepared(server, grant.grantType(), asked, binding, request, begin);
                if (isFresh(prepared)) {
                    return prepared;
                }
            }
            throw new TemporaryFailureException(
                    "The client's credential or key took longer than " + FRESH.toSeconds()
                            + " s, each time; nothing was sent to " + endpoint.getHost(),
                    true,
                    null,
                    null);
        } catch (OAuthException e) {
            settings.tell(listener -> listener.tokenFailed(grant.grantType(), server.issuer(), e));
            throw e;
        }
    }

    /** Tells whether a request can still be sent: what proves the client's identity in it does not live long. */
    boolean isFresh(Prepared request) {
        return settings.ticker.getAsLong() - request.madeAt <= FRESH.toNanos();
    }

    /** Sends a request once. Whoever does is to revoke the tokens of an answer that was refused, if there were any. */
    TokenResponse send(Prepared request) {
        long start = System.nanoTime();
        try {
            TokenResponse response = exchange(request);
            settings.tell(listener -> listener.tokenGranted(
                    request.grantType,
                    request.server.issuer(),
                    response.scopes(),
                    response.accessToken().expiresAt(),
                    Duration.ofNanos(System.nanoTime() - start)));
            return response;
        } catch (OAuthException e) {
            settings.tell(listener -> listener.tokenFailed(request.grantType, request.server.issuer(), e));
            throw e;
        }
    }

    /** Sends any form to the server, with the client's authentication made afresh. */
    Answer post(
            RequestKind kind,
            URI endpoint,
            String endpointName,
            AuthorizationServerMetadata server,
            Parameters parameters,
            RequestOptions options,
            @Nullable TokenBinding binding) {
        return forms.send(
                forms.make(kind, endpoint, endpointName, server, parameters, options, binding),
                (channel, request) -> channel.send(request, endpointName));
    }

    /** What makes and sends forms. */
    ServerForms forms() {
        return forms;
    }

    /** Refuses authorization details whose type the server says it does not know (RFC 9396 §10). */
    static void requireDetailTypes(AuthorizationServerMetadata server, RequestOptions options) {
        if (server.member("authorization_details_types_supported").isEmpty()) {
            return;
        }
        List<String> supported = server.texts("authorization_details_types_supported");
        for (AuthorizationDetail each : options.authorizationDetails()) {
            if (!supported.contains(each.type())) {
                throw new ConfigurationException(
                        "authorization_details",
                        "type " + each.type() + " is none of those that " + server.issuer() + " supports: "
                                + supported);
            }
        }
    }

    OAuthException refusal(Answer answer, String grantType) {
        ServerError error = ErrorResponses.decode(answer, settings.clock.instant());
        return settings.refusal(error, grantType);
    }

    private static Parameters parameters(Grant grant, RequestOptions options) {
        Parameters own = grant.parameters();
        for (String name : NOT_A_GRANTS) {
            if (own.first(name).isPresent()) {
                throw new ConfigurationException(name, "a grant must not set it among its parameters");
            }
        }
        return Parameters.of("grant_type", grant.grantType()).with(own).with(options.parameters());
    }

    private TokenResponse exchange(Prepared request) {
        Instant requestedAt = settings.clock.instant();
        Answer answer = forms.send(request.request, (channel, form) -> channel.send(form, "token_endpoint"));
        if (answer.status() != 200) {
            throw refusal(answer, request.grantType);
        }
        try {
            return decode(request, request.binding == null ? answer : forms.withNonce(answer), requestedAt);
        } catch (InvalidResponseException e) {
            // Where the server's word is not enough, the tokens of an answer that was refused must not live on.
            if (settings.profile.accountCheck().isPresent()) {
                request.refused = Revocations.readable(answer).orElse(null);
            }
            throw e;
        }
    }

    /** Revokes the tokens of an answer that was refused, if there were any. */
    void revokeRefused(Prepared request) {
        Parameters token = request.refused;
        if (token != null) {
            // Told to the listener if it fails; nothing more can be done.
            var unused = new RevocationEndpoint(settings, directory, this).revoke(token, null, request.binding);
        }
    }

    private TokenResponse decode(Prepared request, Answer answer, Instant requestedAt) {
        TokenBinding binding = request.binding;
        TokenType expected = binding == null ? TokenType.BEARER : binding.tokenType();
        return request.grantType.equals(TokenExchangeGrant.TYPE)
                ? TokenResponses.decodeExchange(answer, request.asked, expected, requestedAt)
                : TokenResponses.decode(
                        answer, request.asked, expected, requestedAt, settings.security.allowsMissingTokenType());
    }

    /** A request that need only be sent, while it is fresh. */
    static final class Prepared {

        private final AuthorizationServerMetadata server;
        private final String grantType;
        private final Scopes asked;
        private final @Nullable TokenBinding binding;
        private final ServerForms.Made request;
        private final long madeAt;
        // Set and read by the one thread that sends it.
        private @Nullable Parameters refused;

        private Prepared(
                AuthorizationServerMetadata server,
                String grantType,
                Scopes asked,
                @Nullable TokenBinding binding,
                ServerForms.Made request,
                long madeAt) {
            this.server = server;
            this.grantType = grantType;
            this.asked = asked;
            this.binding = binding;
            this.request = request;
            this.madeAt = madeAt;
        }

        /** Tells whether the server answered with tokens that were refused: those before them are used up. */
        boolean isRefused() {
            return refused != null;
        }

        @Override
        public String toString() {
            return "Prepared[" + grantType + " for " + server.issuer() + "]";
        }
    }
}
