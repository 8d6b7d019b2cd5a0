package dev.latchkey.auth;

import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.authorize.DevicePoll;
import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.grant.DeviceCodeGrant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.DeviceResponses;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** The device flow (RFC 8628). Where tokens must be bound, each poll proves a key of its own (RFC 9449 §5). */
final class Devices {

    private final Settings settings;
    private final ServerDirectory directory;
    private final TokenEndpoint tokenEndpoint;
    private final Bindings bindings;
    private final SignIns signIns;
    private final PolledSignIns polled;

    Devices(
            Settings settings,
            ServerDirectory directory,
            TokenEndpoint tokenEndpoint,
            SignIns signIns,
            PolledSignIns polled) {
        this.settings = settings;
        this.directory = directory;
        this.tokenEndpoint = tokenEndpoint;
        this.bindings = new Bindings(settings);
        this.signIns = signIns;
        this.polled = polled;
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
                bindings.certificate(server));
        if (answer.status() != 200) {
            throw tokenEndpoint.refusal(answer, "");
        }
        return DeviceResponses.decode(answer, scopes, requestedAt);
    }

    DevicePoll poll(DeviceAuthorization device, AccountNaming naming, Consumer<Duration> retryAfter) {
        signIns.requireNameable(device.scopes(), naming);
        return Polling.once(() -> signIn(device, naming), retryAfter);
    }

    private SignIn signIn(DeviceAuthorization device, AccountNaming naming) {
        return polled.ask(
                device.deviceCode(),
                device.expiresAt(),
                DeviceCodeGrant.of(device.deviceCode()),
                device.scopes(),
                naming,
                checks -> checks.nonce(null));
    }
}
