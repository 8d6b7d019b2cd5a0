package dev.latchkey.auth;

import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.Grant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.grant.TokenExchangeGrant;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.BackChannelRequests;
import dev.latchkey.auth.protocol.ErrorResponses;
import dev.latchkey.auth.protocol.TokenResponses;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.token.AuthorizationDetail;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenType;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends grants to the token endpoint: encode, send once, decode. */
final class TokenEndpoint {

    // One way of client authentication per request (OAuth 2.1 §2.4), and that is the client's.
    private static final List<String> NOT_A_GRANTS =
            List.of("grant_type", "client_id", "client_secret", "client_assertion", "client_assertion_type");

    private final Settings settings;
    private final ServerDirectory directory;

    TokenEndpoint(Settings settings, ServerDirectory directory) {
        this.settings = settings;
        this.directory = directory;
    }

    TokenResponse request(
            AuthorizationServerMetadata server,
            Grant grant,
            Scopes asked,
            RequestOptions options,
            @Nullable TokenBinding binding) {
        long start = System.nanoTime();
        try {
            TokenResponse response = exchange(server, grant, asked, options, binding);
            settings.tell(listener -> listener.tokenGranted(
                    grant.grantType(),
                    server.issuer(),
                    response.scopes(),
                    response.accessToken().expiresAt(),
                    Duration.ofNanos(System.nanoTime() - start)));
            return response;
        } catch (OAuthException e) {
            settings.tell(listener -> listener.tokenFailed(grant.grantType(), server.issuer(), e));
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
        return settings.backChannel.send(
                form(kind, endpoint, endpointName, server, parameters, options, binding), endpointName);
    }

    /** Makes the request for any form, with the client's authentication made afresh. */
    TransportRequest form(
            RequestKind kind,
            URI endpoint,
            String endpointName,
            AuthorizationServerMetadata server,
            Parameters parameters,
            RequestOptions options,
            @Nullable TokenBinding binding) {
        settings.backChannel.requireHttps(endpoint, endpointName);
        requireDetailTypes(server, options);
        RequestDraft draft = RequestDraft.of(kind, endpoint, server, settings.clientId, parameters);
        settings.profile.prepare(draft);
        TransportHeaders proof = TransportHeaders.empty();
        try {
            settings.authentication.authenticate(draft);
            settings.security.checkAssertion(draft);
            if (binding != null) {
                proof = binding.prove("POST", endpoint, null, null);
            }
        } catch (IOException e) {
            throw new TemporaryFailureException(
                    "The client's credential or key cannot be had now; nothing was sent to " + endpoint.getHost(),
                    true,
                    null,
                    e);
        } catch (OAuthException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ConfigurationException(
                    "client",
                    "its authentication or key threw " + e.getClass().getName() + "; nothing was sent to "
                            + endpoint.getHost(),
                    null,
                    e);
        }
        return BackChannelRequests.form(draft, options, proof, settings.requestTimeout());
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

    private TokenResponse exchange(
            AuthorizationServerMetadata server,
            Grant grant,
            Scopes asked,
            RequestOptions options,
            @Nullable TokenBinding binding) {
        settings.security.checkGrant(grant.grantType());
        Parameters own = grant.parameters();
        for (String name : NOT_A_GRANTS) {
            if (own.first(name).isPresent()) {
                throw new ConfigurationException(name, "a grant must not set it among its parameters");
            }
        }
        Parameters parameters =
                Parameters.of("grant_type", grant.grantType()).with(own).with(options.parameters());
        Instant requestedAt = settings.clock.instant();
        Answer answer = post(
                RequestKind.TOKEN,
                directory.tokenEndpoint(server),
                "token_endpoint",
                server,
                parameters,
                options,
                binding);
        if (answer.status() != 200) {
            throw refusal(answer, grant.grantType());
        }
        TokenType expected = binding == null ? TokenType.BEARER : binding.tokenType();
        return grant.grantType().equals(TokenExchangeGrant.TYPE)
                ? TokenResponses.decodeExchange(answer, asked, expected, requestedAt)
                : TokenResponses.decode(
                        answer, asked, expected, requestedAt, settings.security.allowsMissingTokenType());
    }
}
