package dev.latchkey.auth;

import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.exchange.BackChannel;
import dev.latchkey.auth.exchange.Nonces;
import dev.latchkey.auth.exchange.ServerClocks;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.BackChannelRequests;
import dev.latchkey.auth.protocol.ErrorResponses;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.token.TokenProof;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes and sends every form that goes to the authorization server: the client's authentication and the session's proof are
 * made afresh for every attempt, and go over the transport that one of them demands, to the endpoint that is for it.
 *
 * <p>A form is sent once. It is sent a second time if the server demands its nonce in the proof, and gives one that the
 * first proof did not have (RFC 9449 §8), or refuses the proof and its clock tells another time than the proof did: then the
 * server has done nothing.
 */
final class ServerForms {

    private static final int NONCES = 1_000;
    private static final String TOKEN = "token_endpoint";

    private final Settings settings;
    private final Nonces nonces = new Nonces(NONCES);

    ServerForms(Settings settings) {
        this.settings = settings;
    }

    /** The latest nonce of the server's token endpoint for a key, to be kept with the session. */
    Optional<String> nonce(AuthorizationServerMetadata server, @Nullable TokenProof binding) {
        URI endpoint = server.tokenEndpoint().orElse(null);
        return binding == null || endpoint == null
                ? Optional.empty()
                : Optional.ofNullable(nonces.find(binding, at(server, TOKEN, endpoint, transport(binding))));
    }

    /** Takes a nonce that was kept with a session, unless a newer one is known here. */
    void keptNonce(AuthorizationServerMetadata server, TokenProof binding, @Nullable String nonce) {
        URI endpoint = server.tokenEndpoint().orElse(null);
        if (endpoint != null) {
            nonces.offer(binding, at(server, TOKEN, endpoint, transport(binding)), nonce);
        }
    }

    /** Makes a form that need only be sent. */
    Made make(
            RequestKind kind,
            URI endpoint,
            String endpointName,
            AuthorizationServerMetadata server,
            Parameters parameters,
            RequestOptions options,
            @Nullable TokenProof binding) {
        return new Made(kind, endpoint, endpointName, server, parameters, options, binding);
    }

    /**
     * Sends a form, and once more if the server wants its nonce, and once more if its clock is another one; not again after a time-out has
     * passed, so that all of it fits in the lease of a refresh.
     */
    Answer send(Made form, BiFunction<BackChannel, TransportRequest, Answer> how) {
        TokenProof binding = form.binding;
        if (binding == null) {
            return how.apply(form.channel, form.request);
        }
        boolean withTheirNonce = false;
        boolean withTheirTime = false;
        long begun = settings.ticker.getAsLong();
        Made made = form;
        while (true) {
            Answer answer = how.apply(made.channel, made.request);
            boolean fresh = nonces.learn(binding, made.uri, answer.headers(), made.nonce);
            boolean wrongTime = answer.refusesProof() && made.hears(answer);
            boolean late = settings.ticker.getAsLong() - begun > settings.timeout.toNanos();
            if (!late && answer.demandsNonce() && fresh && !withTheirNonce) {
                withTheirNonce = true;
            } else if (!late && wrongTime && !withTheirTime) {
                withTheirTime = true;
            } else {
                return form.kind.equals(RequestKind.TOKEN) ? answer : withNonce(answer);
            }
            made = again(made, answer);
        }
    }

    // A new proof, and new client authentication too: an assertion is good for one request (RFC 7523 §3, jti).
    private Made again(Made made, Answer refusal) {
        try {
            return made.again();
        } catch (OAuthException e) {
            // With what the server said, which is certain: it has done nothing.
            ServerError error = ErrorResponses.decode(refusal, settings.clock.instant());
            String what = String.valueOf(e.getMessage());
            if (e instanceof ConfigurationException) {
                String field = ((ConfigurationException) e).field();
                throw new ConfigurationException(
                        field, what.startsWith(field + ": ") ? what.substring(field.length() + 2) : what, error, e);
            }
            throw new TemporaryFailureException(what, true, error, e);
        }
    }

    /**
     * Refuses a success without a nonce where the profile demands one. The token endpoint asks for itself, since an answer of
     * its has tokens that must not live on. An error is a failure anyway, and says more; what a gateway says has no nonce at all.
     */
    Answer withNonce(Answer answer) {
        if (settings.profile.requiresNonces()
                && answer.status() < 300
                && answer.headers().all("dpop-nonce").isEmpty()) {
            throw new InvalidResponseException(
                    "DPoP-Nonce",
                    answer.host(),
                    "is missing from the answer to a request with a proof, which is refused therefore");
        }
        return answer;
    }

    /** A form that need only be sent. */
    final class Made {

        private final RequestKind kind;
        private final URI endpoint;
        private final String endpointName;
        private final AuthorizationServerMetadata server;
        private final Parameters parameters;
        private final RequestOptions options;
        private final @Nullable TokenProof binding;
        private final BackChannel channel;
        private final URI uri;
        private final @Nullable String nonce;
        // Set by request(), which makes them.
        private TransportHeaders proof = TransportHeaders.empty();
        private final TransportRequest request;

        private Made(
                RequestKind kind,
                URI endpoint,
                String endpointName,
                AuthorizationServerMetadata server,
                Parameters parameters,
                RequestOptions options,
                @Nullable TokenProof binding) {
            this.kind = kind;
            this.endpoint = endpoint;
            this.endpointName = endpointName;
            this.server = server;
            this.parameters = parameters;
            this.options = options;
            this.binding = binding;
            HttpTransport own = transport(binding);
            this.channel = own == null ? settings.backChannel : settings.backChannel.over(own);
            this.uri = at(server, endpointName, endpoint, own);
            channel.requireHttps(uri, endpointName);
            TokenEndpoint.requireDetailTypes(server, options);
            this.nonce = binding == null ? null : nonces.findToBegin(binding, uri);
            this.request = request();
        }

        Made again() {
            return new Made(kind, endpoint, endpointName, server, parameters, options, binding);
        }

        /** Tells whether it was the time that the proof was refused for, and a new one will say another. */
        boolean hears(Answer refusal) {
            return binding != null
                    && ServerClocks.date(refusal.headers())
                            .filter(theirs -> binding.refused(proof, uri, theirs))
                            .isPresent();
        }

        private TransportRequest request() {
            RequestDraft draft = RequestDraft.of(kind, uri, server, settings.clientId, parameters)
                    .boundTo(binding);
            try {
                settings.profile.prepare(draft);
                settings.authentication.authenticate(draft);
                settings.security.checkAssertion(draft);
                if (binding != null) {
                    proof = binding.prove("POST", uri, null, nonce);
                }
            } catch (IOException e) {
                throw new TemporaryFailureException(
                        "The client's credential or key cannot be had now; nothing was sent to " + uri.getHost(),
                        true,
                        null,
                        e);
            } catch (OAuthException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new ConfigurationException(
                        "client",
                        "its profile, authentication or key threw "
                                + e.getClass().getName() + "; nothing was sent to " + uri.getHost(),
                        null,
                        e);
            }
            return BackChannelRequests.form(draft, options, proof, settings.requestTimeout());
        }

        @Override
        public String toString() {
            return "Made[" + kind + " for " + server.issuer() + "]";
        }
    }

    private @Nullable HttpTransport transport(@Nullable TokenProof binding) {
        HttpTransport ofClient = settings.authentication.transport().orElse(null);
        // The client's certificate is who it is; a session's key can demand no other one beside it.
        return ofClient != null || binding == null
                ? ofClient
                : binding.transport().orElse(null);
    }

    // RFC 8705 §5: who presents a certificate goes where certificates are asked for.
    static URI at(AuthorizationServerMetadata server, String endpointName, URI endpoint, @Nullable HttpTransport own) {
        if (own == null) {
            return endpoint;
        }
        try {
            return server.mtlsEndpointAlias(endpointName).orElse(endpoint);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    "mtls_endpoint_aliases", "in the metadata of " + server.issuer() + ": " + e.getMessage());
        }
    }
}
