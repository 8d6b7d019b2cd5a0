package dev.latchkey.auth;

import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.authorize.DevicePoll;
import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.DeviceCodeGrant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.DeviceResponses;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/** The device flow (RFC 8628). Where tokens must be bound, each poll proves a key of its own (RFC 9449 §5). */
final class Devices {

    private static final Duration SLOW_DOWN = Duration.ofSeconds(5);

    private final Settings settings;
    private final ServerDirectory directory;
    private final TokenEndpoint tokenEndpoint;
    private final SignIns signIns;
    private final Bindings bindings;

    Devices(
            Settings settings,
            ServerDirectory directory,
            TokenEndpoint tokenEndpoint,
            SignIns signIns,
            Bindings bindings) {
        this.settings = settings;
        this.directory = directory;
        this.tokenEndpoint = tokenEndpoint;
        this.signIns = signIns;
        this.bindings = bindings;
    }

    DeviceAuthorization begin(Scopes scopes, RequestOptions options) {
        signIns.requireVerifier(scopes);
        AuthorizationServerMetadata server = directory.metadata();
        URI endpoint = server.deviceAuthorizationEndpoint()
                .orElseThrow(() -> ServerDirectory.missing("device_authorization_endpoint", server));
        Parameters parameters = scopes.isEmpty() ? Parameters.NONE : Parameters.of("scope", scopes.toString());
        Instant requestedAt = settings.clock.instant();
        Answer answer = tokenEndpoint.post(
                RequestKind.DEVICE_AUTHORIZATION,
                endpoint,
                "device_authorization_endpoint",
                server,
                parameters.with(options.parameters()),
                options,
                null);
        if (answer.status() != 200) {
            throw tokenEndpoint.refusal(answer, "");
        }
        return DeviceResponses.decode(answer, scopes, requestedAt);
    }

    DevicePoll poll(DeviceAuthorization device, AccountNaming naming, Consumer<Duration> retryAfter) {
        signIns.requireNameable(device.scopes(), naming);
        AuthorizationServerMetadata server = directory.metadata();
        TokenBinding binding = bindings.create(server);
        TokenResponse response;
        try {
            response = tokenEndpoint.request(
                    server, DeviceCodeGrant.of(device.deviceCode()), device.scopes(), RequestOptions.NONE, binding);
        } catch (OAuthException e) {
            e.error().flatMap(ServerError::retryAfter).ifPresent(retryAfter);
            switch (e.error().map(ServerError::code).orElse("")) {
                case "authorization_pending":
                    return DevicePoll.PENDING;
                case "slow_down":
                    return DevicePoll.SLOW_DOWN;
                default:
                    throw e;
            }
        }
        return DevicePoll.granted(signIns.finish(
                server,
                response,
                AskedFor.of(device.scopes(), RequestOptions.NONE),
                naming,
                binding,
                checks -> checks.nonce(null)));
    }

    /** Polls on the caller's thread, which only waits; each poll is a flight. */
    SignIn await(DeviceAuthorization device, Function<Consumer<Duration>, DevicePoll> poll) {
        Duration interval = device.interval();
        AtomicReference<Duration> asked = new AtomicReference<>(Duration.ZERO);
        while (true) {
            pause(longer(interval, asked.getAndSet(Duration.ZERO)), device);
            try {
                DevicePoll outcome = poll.apply(asked::set);
                if (outcome.signIn().isPresent()) {
                    return outcome.signIn().get();
                }
                if (outcome == DevicePoll.SLOW_DOWN) {
                    // For good: "for this and all subsequent requests" (RFC 8628 §3.5).
                    interval = interval.plus(SLOW_DOWN);
                }
            } catch (TemporaryFailureException e) {
                // Waiting longer after a failure of the network is what RFC 8628 §3.5 asks for; giving up is not.
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                interval = interval.multipliedBy(2).compareTo(Duration.ofMinutes(1)) > 0
                        ? interval
                        : interval.multipliedBy(2);
            }
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private void pause(Duration wait, DeviceAuthorization device) {
        if (!settings.clock.instant().plus(wait).isBefore(device.expiresAt())) {
            throw new SignInRequiredException(
                    "The device code has expired, or would have before the next poll; begin a new device authorization",
                    null,
                    null);
        }
        try {
            settings.pause.pause(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TemporaryFailureException(
                    "Interrupted while waiting for the user; the device code is still good", true, null, e);
        }
    }
}
