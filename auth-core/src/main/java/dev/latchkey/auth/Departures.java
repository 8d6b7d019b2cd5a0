package dev.latchkey.auth;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.CodeVerifier;
import dev.latchkey.auth.authorize.ResponseMode;
import dev.latchkey.auth.authorize.State;
import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.credential.RequestObjectSigner;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Nonce;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.AuthorizationRequests;
import dev.latchkey.auth.protocol.PushedRequest;
import dev.latchkey.auth.session.Transaction;
import dev.latchkey.auth.token.TokenType;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes what goes out when an authorization begins: its parameters, signed if there is a signer (JAR), pushed where the
 * server takes that (PAR), and what must be remembered until the browser comes back.
 */
final class Departures {

    private static final Duration LIFETIME = Duration.ofMinutes(10);

    private final Settings settings;
    private final ServerDirectory directory;
    private final SignIns signIns;
    private final Bindings bindings;
    private final PushedRequests pushedRequests;
    private final RequestSigning requestSigning;

    Departures(
            Settings settings,
            ServerDirectory directory,
            TokenEndpoint tokenEndpoint,
            SignIns signIns,
            Bindings bindings) {
        this.settings = settings;
        this.directory = directory;
        this.signIns = signIns;
        this.bindings = bindings;
        this.requestSigning = new RequestSigning(settings);
        this.pushedRequests = new PushedRequests(settings, tokenEndpoint);
    }

    /** Does all that can fail without the server. */
    Departure prepare(AuthorizationRequest asked, @Nullable String bindingHash) {
        signIns.requireNameable(asked.scopes(), asked.account());
        ResponseMode mode = settings.security.checkRequest(asked);
        boolean signed = mode != null && mode.isSigned();
        if (signed) {
            requireVerifier(mode);
        }
        AuthorizationRequest request =
                mode == null ? asked : asked.toBuilder().responseMode(mode).build();
        List<String> acrValues = RequiredAcr.of(request);
        AuthorizationServerMetadata server = directory.metadata();
        URI endpoint = server.authorizationEndpoint()
                .orElseThrow(() -> ServerDirectory.missing("authorization_endpoint", server));
        settings.backChannel.requireHttps(endpoint, "authorization_endpoint");
        settings.backChannel.requireHttps(directory.tokenEndpoint(server), "token_endpoint");
        URI pushTo = pushedRequests.endpoint(server).orElse(null);
        RequestObjectSigner signer = requestSigning.ofAuthorization(server);
        TokenEndpoint.requireDetailTypes(server, request.options());

        State state = State.of(settings.randomText());
        Nonce nonce = request.scopes().contains("openid") ? Nonce.of(settings.randomText()) : null;
        CodeVerifier verifier = CodeVerifier.of(settings.randomText());
        TokenBinding binding = bindings.create(server);
        Parameters parameters = AuthorizationRequests.parameters(
                request, settings.clientId.value(), state, nonce, verifier.challenge());
        if (pushTo == null && binding != null && binding.tokenType().equals(TokenType.DPOP)) {
            // Through the browser there is no proof that could tie the code to the key (RFC 9449 §10).
            parameters = parameters.with("dpop_jkt", binding.thumbprint());
        }
        RequestDraft draft =
                RequestDraft.of(RequestKind.AUTHORIZATION, endpoint, server, settings.clientId, parameters);
        settings.profile.prepare(draft);
        Parameters sent = signer == null
                ? draft.parameters()
                : AuthorizationRequests.signed(
                        draft.parameters(), requestSigning.sign(signer, draft.parameters(), server), pushTo != null);
        Transaction.Builder transaction = Transaction.builder(
                        server,
                        settings.clientId.value(),
                        state,
                        verifier,
                        request.redirectUri(),
                        request.scopes(),
                        settings.clock.instant().plus(LIFETIME))
                .with("nonce", nonce == null ? null : nonce.reveal())
                .with("browser", bindingHash)
                .with("subject", request.account().subject().orElse(null))
                .with(
                        "session",
                        request.account().session().isEmpty()
                                ? null
                                : request.account().session())
                .with("max_age", request.maxAge().map(Duration::toSeconds).orElse(null))
                .with("acr_values", acrValues.isEmpty() ? null : acrValues)
                .with("resources", request.options().parameters().all("resource"))
                .with("answers_signed", signed ? true : null)
                .with("pushed", pushTo == null ? null : true)
                .with("security_profile", settings.security.name())
                .binding(bindings.save(binding));
        return new Departure(server, endpoint, pushTo, sent, binding, transaction.build());
    }

    /** Gives where the browser goes, having told the server first if the request is pushed. */
    Address send(Departure departure) {
        Address address = address(departure);
        settings.tell(
                listener -> listener.authorizationStarted(departure.server.issuer(), departure.transaction.scopes()));
        return address;
    }

    private Address address(Departure departure) {
        if (departure.pushTo == null) {
            return new Address(
                    AuthorizationRequests.uri(departure.endpoint, departure.parameters),
                    departure.transaction.expiresAt());
        }
        PushedRequest pushed =
                pushedRequests.push(departure.server, departure.pushTo, departure.parameters, departure.binding);
        Parameters reference =
                Parameters.of("client_id", settings.clientId.value()).with("request_uri", pushed.requestUri());
        Instant until = pushed.expiresAt().isBefore(departure.transaction.expiresAt())
                ? pushed.expiresAt()
                : departure.transaction.expiresAt();
        return new Address(AuthorizationRequests.uri(departure.endpoint, reference), until);
    }

    private void requireVerifier(@Nullable ResponseMode mode) {
        if (settings.idTokens == null || settings.idTokens instanceof ClaimsOnlyIdTokens) {
            throw new ConfigurationException(
                    "idTokens",
                    "must verify signatures; response mode " + mode + " asks for a signed answer (JARM §2.4)");
        }
    }

    /** An authorization that is ready to begin. */
    static final class Departure {

        final Transaction transaction;
        private final AuthorizationServerMetadata server;
        private final URI endpoint;
        private final @Nullable URI pushTo;
        private final Parameters parameters;
        private final @Nullable TokenBinding binding;

        private Departure(
                AuthorizationServerMetadata server,
                URI endpoint,
                @Nullable URI pushTo,
                Parameters parameters,
                @Nullable TokenBinding binding,
                Transaction transaction) {
            this.server = server;
            this.endpoint = endpoint;
            this.pushTo = pushTo;
            this.parameters = parameters;
            this.binding = binding;
            this.transaction = transaction;
        }
    }

    /** Where the browser goes, and until when that makes sense. */
    static final class Address {

        final URI uri;
        final Instant expiresAt;

        private Address(URI uri, Instant expiresAt) {
            this.uri = uri;
            this.expiresAt = expiresAt;
        }
    }
}
