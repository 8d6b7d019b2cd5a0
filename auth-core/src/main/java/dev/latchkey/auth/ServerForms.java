package dev.latchkey.auth;

import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.exchange.BackChannel;
import dev.latchkey.auth.exchange.DpopNonce;
import dev.latchkey.auth.exchange.Nonces;
import dev.latchkey.auth.exchange.Nonces.Verdict;
import dev.latchkey.auth.exchange.ServerClocks;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.BackChannelRequests;
import dev.latchkey.auth.protocol.ErrorResponses;
import dev.latchkey.auth.protocol.Origin;
import dev.latchkey.auth.session.ServerNonce;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.token.TokenProof;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes and sends every form that goes to the authorization server: the client's authentication and the session's proof are
 * made afresh for every attempt, and go over the transport that one of them demands, to the endpoint that is for it.
 *
 * <p>A form is sent once. It is sent again, once for each reason, if the server demands its nonce in the proof, and gives one that
 * the first proof did not have (RFC 9449 §8), or refuses the proof, or the client's assertion, and its clock tells another time than
 * that did: then the server has done nothing. A revocation is also sent again if it was accepted with an assertion that said another
 * time, since servers may answer 200 to whatever it is that they refuse; twice does no harm there (RFC 7009 §2.2).
 *
 * <p>A clock is believed only in an answer that came at once, and what a success says of the time is not kept: the clock of a gateway
 * that is wrong must not spoil what works.
 */
final class ServerForms {

    private static final int NONCES = 1_000;
    private static final String TOKEN = "token_endpoint";

    // An answer that took longer says its server's time too inexactly: as much as clocks may differ.
    private static final Duration PROMPT = Duration.ofSeconds(5);

    /** Why a form is sent again. */
    private enum Again {
        WITH_THEIR_NONCE,
        WITH_THEIR_TIME_IN_THE_PROOF,
        WITH_THEIR_TIME_IN_THE_ASSERTION,
        REVOCATION_WITH_THEIR_TIME
    }

    private final Settings settings;
    private final ServerClocks clocks = new ServerClocks();
    private final Nonces nonces;

    ServerForms(Settings settings) {
        this.settings = settings;
        this.nonces = new Nonces(NONCES, settings.ticker);
    }

    /** What the server has said of nonces, to whichever key. */
    Nonces nonces() {
        return nonces;
    }

    /** The latest nonce of the server's token endpoint for a key, to be kept with the session. */
    Optional<ServerNonce> nonce(AuthorizationServerMetadata server, @Nullable TokenProof binding) {
        URI endpoint = server.tokenEndpoint().orElse(null);
        if (binding == null || endpoint == null) {
            return Optional.empty();
        }
        URI uri = at(server, TOKEN, endpoint, transport(binding));
        return Optional.ofNullable(nonces.find(binding, uri)).map(text -> ServerNonce.of(text, Origin.of(uri)));
    }

    /** Takes a nonce that was kept with a session, unless a newer one is known here. */
    void keptNonce(AuthorizationServerMetadata server, TokenProof binding, ServerNonce nonce) {
        URI endpoint = server.tokenEndpoint().orElse(null);
        if (endpoint != null && nonce.origin().isEmpty()) {
            nonces.offer(binding, at(server, TOKEN, endpoint, transport(binding)), nonce.text());
        }
        keptNonce(binding, nonce);
    }

    /** Takes a nonce that was kept with a session, for no other origin than it came from. */
    void keptNonce(TokenProof binding, ServerNonce nonce) {
        nonce.origin().ifPresent(origin -> nonces.offer(binding, origin, nonce.text()));
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
        return new Made(kind, endpoint, endpointName, server, parameters, options, binding, null);
    }

    /** Sends a form, and again as said above; not after a time-out has passed, so that all of it fits in the lease of a refresh. */
    Answer send(Made form, BiFunction<BackChannel, TransportRequest, Answer> how) {
        Set<Again> reasons = EnumSet.noneOf(Again.class);
        long begun = settings.ticker.getAsLong();
        Answer accepted = null;
        Made made = form;
        TransportRequest request = form.request;
        while (true) {
            long sent = settings.ticker.getAsLong();
            Answer answer = how.apply(made.channel, request);
            long now = settings.ticker.getAsLong();
            Again reason = made.reasonToSendAgain(answer, now - sent <= PROMPT.toNanos());
            if (reason == null || now - begun > settings.timeout.toNanos() || !reasons.add(reason)) {
                return result(form, made, accepted, answer);
            }
            if (reason == Again.REVOCATION_WITH_THEIR_TIME) {
                accepted = answer;
                made = made.again();
            } else {
                made = again(made, answer);
            }
            Duration left = settings.requestTimeout().minusNanos(settings.ticker.getAsLong() - begun);
            if (left.isNegative() || left.isZero()) {
                // What makes keys and assertions has taken its time: others may hold the lease by now, and the token.
                return result(form, made, accepted, answer);
            }
            request = made.request.toBuilder().timeout(left).build();
        }
    }

    private Answer result(Made form, Made made, @Nullable Answer accepted, Answer answer) {
        Answer last = accepted != null && made.tellsOfRefusals(answer) ? accepted : answer;
        return form.binding == null || form.kind.equals(RequestKind.TOKEN) ? last : withNonce(last);
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
                && Nonces.read(answer.headers()).isEmpty()) {
            throw new InvalidResponseException(
                    "DPoP-Nonce",
                    answer.host(),
                    "is missing from the answer to a request with a proof, or malformed; it is refused therefore");
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
        private final @Nullable DpopNonce nonce;
        // Set by request(), which makes them.
        private TransportHeaders proof = TransportHeaders.empty();
        private @Nullable Duration ahead;
        // What the answer to a revocation said, for that one form.
        private @Nullable Duration aheadByAnswer;
        private final TransportRequest request;

        private Made(
                RequestKind kind,
                URI endpoint,
                String endpointName,
                AuthorizationServerMetadata server,
                Parameters parameters,
                RequestOptions options,
                @Nullable TokenProof binding,
                @Nullable Duration aheadByAnswer) {
            this.aheadByAnswer = aheadByAnswer;
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
            this.nonce = binding == null ? null : nonce(binding);
            this.request = request();
        }

        Made again() {
            return new Made(kind, endpoint, endpointName, server, parameters, options, binding, aheadByAnswer);
        }

        private @Nullable DpopNonce nonce(TokenProof key) {
            return kind.equals(RequestKind.TOKEN) ? nonces.findToSpend(key, uri) : nonces.findToBegin(key, uri);
        }

        private @Nullable Again reasonToSendAgain(Answer answer, boolean promptly) {
            boolean demanded = answer.demandsNonce();
            Verdict verdict = Verdict.of(answer.status(), demanded);
            boolean fresh = binding != null && nonces.learn(binding, uri, answer.headers(), nonce, verdict);
            if (demanded) {
                return fresh ? Again.WITH_THEIR_NONCE : null;
            }
            Instant theirs = promptly ? ServerClocks.date(answer.headers()).orElse(null) : null;
            Instant ours = settings.clock.instant();
            if (theirs == null) {
                return null;
            }
            if (answer.refusesProof() || answer.refusesClient()) {
                // Both hear it, whichever was refused: they went by the same clock.
                boolean ofProof = binding != null && binding.refused(proof, uri, theirs);
                boolean ofAssertion = ahead != null && clocks.hear(uri, ours.plus(ahead), theirs, ours);
                return answer.refusesProof()
                        ? (ofProof ? Again.WITH_THEIR_TIME_IN_THE_PROOF : null)
                        : (ofAssertion ? Again.WITH_THEIR_TIME_IN_THE_ASSERTION : null);
            }
            if (kind.equals(RequestKind.REVOCATION) && answer.status() == 200 && ahead != null) {
                aheadByAnswer = ServerClocks.otherThan(ahead, theirs, ours).orElse(null);
            }
            return aheadByAnswer == null ? null : Again.REVOCATION_WITH_THEIR_TIME;
        }

        /**
         * Tells whether this second answer to a revocation is the refusal of a server that would have refused the first as well: of the
         * client, or of a token that it knows no more. What comes before the client in a server's eyes, or is for now only, tells nothing.
         */
        private boolean tellsOfRefusals(Answer answer) {
            int status = answer.status();
            return status >= 400
                    && status < 500
                    && status != 408
                    && status != 429
                    && !answer.demandsNonce()
                    && !answer.refusesProof();
        }

        // Asked by what signs the client's authentication, if anything does.
        private Duration clockAhead() {
            Duration known = aheadByAnswer == null ? clocks.offset(uri) : aheadByAnswer;
            ahead = known;
            return known;
        }

        private TransportRequest request() {
            RequestDraft draft = RequestDraft.of(kind, uri, server, settings.clientId, parameters)
                    .boundTo(binding)
                    .clockAhead(this::clockAhead);
            try {
                settings.profile.prepare(draft);
                settings.authentication.authenticate(draft);
                settings.security.checkAssertion(draft);
                if (binding != null) {
                    proof = binding.prove("POST", uri, null, nonce == null ? null : nonce.text());
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
