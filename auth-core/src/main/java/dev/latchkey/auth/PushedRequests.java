package dev.latchkey.auth;

import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.PushedRequest;
import dev.latchkey.auth.server.ServerQuirk;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Pushes authorization requests straight to the server (PAR, RFC 9126). Where the server offers it, it is done, and a
 * failure is a failure: the request never goes through the browser instead.
 */
final class PushedRequests {

    private static final String ENDPOINT = "pushed_authorization_request_endpoint";

    private final Settings settings;
    private final TokenEndpoint tokenEndpoint;

    PushedRequests(Settings settings, TokenEndpoint tokenEndpoint) {
        this.settings = settings;
        this.tokenEndpoint = tokenEndpoint;
    }

    /** Tells where requests are pushed; nothing if they go through the browser, which must then be allowed. */
    Optional<URI> endpoint(AuthorizationServerMetadata server) {
        boolean usable = !settings.profile.quirks().contains(ServerQuirk.PUSHED_AUTHORIZATION_REQUESTS_UNUSABLE);
        Optional<URI> endpoint = server.pushedAuthorizationRequestEndpoint().filter(uri -> usable);
        if (endpoint.isPresent()) {
            settings.backChannel.requireHttps(endpoint.get(), ENDPOINT);
            return endpoint;
        }
        if (usable && server.problem(ENDPOINT).isPresent()) {
            // The server takes pushed requests: that its address is broken is no reason to send them through the
            // browser.
            throw ServerDirectory.missing(ENDPOINT, server);
        }
        settings.security.checkUnpushed(server.issuer());
        if (server.requirePushedAuthorizationRequests()) {
            throw ServerDirectory.missing(ENDPOINT, server, "it requires pushed authorization requests (RFC 9126 §5)");
        }
        return endpoint;
    }

    PushedRequest push(
            AuthorizationServerMetadata server, URI endpoint, Parameters parameters, @Nullable TokenBinding binding) {
        Instant requestedAt = settings.clock.instant();
        long start = System.nanoTime();
        Answer answer = post(server, endpoint, parameters, binding);
        if (answer.status() >= 400) {
            throw tokenEndpoint.refusal(answer, "");
        }
        PushedRequest pushed = PushedRequest.decode(answer, requestedAt);
        if (!settings.clock.instant().isBefore(pushed.expiresAt())) {
            throw new TemporaryFailureException(
                    "The pushed authorization request at " + endpoint.getHost()
                            + " expired before its answer was read; begin a new authorization",
                    true,
                    null,
                    null);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        settings.tell(listener -> listener.requestPushed(server.issuer(), took));
        return pushed;
    }

    private Answer post(
            AuthorizationServerMetadata server, URI endpoint, Parameters parameters, @Nullable TokenBinding binding) {
        try {
            return tokenEndpoint.post(
                    RequestKind.PUSHED_AUTHORIZATION,
                    endpoint,
                    ENDPOINT,
                    server,
                    parameters,
                    RequestOptions.NONE,
                    binding);
        } catch (TemporaryFailureException e) {
            // Whether it arrived or not, nobody has seen its reference: it does no harm, and is forgotten by itself.
            throw new TemporaryFailureException(
                    "The authorization request could not be pushed to " + endpoint.getHost()
                            + " and is not sent in another way; begin a new authorization",
                    true,
                    e.error().orElse(null),
                    e);
        }
    }
}
