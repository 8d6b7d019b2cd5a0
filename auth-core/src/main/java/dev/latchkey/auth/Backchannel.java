package dev.latchkey.auth;

import dev.latchkey.auth.authorize.BackchannelAuthentication;
import dev.latchkey.auth.authorize.BackchannelRequest;
import dev.latchkey.auth.authorize.DevicePoll;
import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.grant.CibaGrant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.Backchannels;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.token.TokenResponse;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** Has users sign in on devices of their own (CIBA Core), by polling, and by polling once when the server has called. */
final class Backchannel {

    private static final String ENDPOINT = "backchannel_authentication_endpoint";
    private static final String MODES = "backchannel_token_delivery_modes_supported";

    private final Settings settings;
    private final ServerDirectory directory;
    private final TokenEndpoint tokenEndpoint;
    private final SignIns signIns;
    private final PollingKeys keys;

    Backchannel(
            Settings settings,
            ServerDirectory directory,
            TokenEndpoint tokenEndpoint,
            SignIns signIns,
            PollingKeys keys) {
        this.settings = settings;
        this.directory = directory;
        this.tokenEndpoint = tokenEndpoint;
        this.signIns = signIns;
        this.keys = keys;
    }

    BackchannelAuthentication begin(BackchannelRequest request, RequestOptions options) {
        signIns.requireNameable(request.scopes(), request.account());
        AuthorizationServerMetadata server = directory.metadata();
        URI endpoint =
                server.backchannelAuthenticationEndpoint().orElseThrow(() -> ServerDirectory.missing(ENDPOINT, server));
        String mode = request.notificationToken().isPresent() ? "ping" : "poll";
        List<String> offered = server.texts(MODES);
        if (!offered.isEmpty() && !offered.contains(mode)) {
            throw new ConfigurationException(MODES, "are " + offered + ", and this request needs " + mode);
        }
        Instant requestedAt = settings.clock.instant();
        Answer answer = tokenEndpoint.post(
                RequestKind.BACKCHANNEL_AUTHENTICATION,
                endpoint,
                ENDPOINT,
                server,
                Backchannels.parameters(request).with(options.parameters()),
                options,
                null);
        if (answer.status() != 200) {
            throw tokenEndpoint.refusal(answer, "");
        }
        return Backchannels.decode(answer, request, requestedAt);
    }

    DevicePoll poll(BackchannelAuthentication authentication, Consumer<Duration> retryAfter) {
        return Polling.once(() -> signIn(authentication), retryAfter);
    }

    private SignIn signIn(BackchannelAuthentication authentication) {
        BackchannelRequest request = authentication.request();
        AuthorizationServerMetadata server = directory.metadata();
        TokenBinding binding = keys.of(authentication.authReqId(), server);
        TokenResponse response = tokenEndpoint.request(
                server, CibaGrant.of(authentication.authReqId()), request.scopes(), RequestOptions.NONE, binding);
        keys.forget(authentication.authReqId());
        return signIns.finish(
                server,
                response,
                AskedFor.of(request.scopes(), RequestOptions.NONE),
                request.account(),
                binding,
                checks -> {
                    checks.nonce(null);
                    if (!request.acrValues().isEmpty()) {
                        checks.acr(request.acrValues());
                    }
                });
    }
}
