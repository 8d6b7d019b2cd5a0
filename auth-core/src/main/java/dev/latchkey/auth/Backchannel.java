package dev.latchkey.auth;

import dev.latchkey.auth.authorize.BackchannelAuthentication;
import dev.latchkey.auth.authorize.BackchannelRequest;
import dev.latchkey.auth.authorize.DevicePoll;
import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.credential.RequestObjectSigner;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.grant.CibaGrant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.Backchannels;
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
    private final Bindings bindings;
    private final SignIns signIns;
    private final PolledSignIns polled;
    private final RequestSigning requestSigning;

    Backchannel(
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
        this.requestSigning = new RequestSigning(settings);
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
        Parameters parameters = signed(Backchannels.parameters(request).with(options.parameters()), server);
        Instant requestedAt = settings.clock.instant();
        Answer answer = tokenEndpoint.post(
                RequestKind.BACKCHANNEL_AUTHENTICATION,
                endpoint,
                ENDPOINT,
                server,
                parameters,
                options,
                bindings.certificate(server));
        if (answer.status() != 200) {
            throw tokenEndpoint.refusal(answer, "");
        }
        return Backchannels.decode(answer, request, requestedAt);
    }

    // What is in the object must not be beside it (CIBA Core §7.1.1).
    private Parameters signed(Parameters parameters, AuthorizationServerMetadata server) {
        RequestObjectSigner signer = requestSigning.ofBackchannel(server);
        return signer == null ? parameters : Parameters.of("request", requestSigning.sign(signer, parameters, server));
    }

    DevicePoll poll(BackchannelAuthentication authentication, Consumer<Duration> retryAfter) {
        return Polling.once(() -> signIn(authentication), retryAfter);
    }

    private SignIn signIn(BackchannelAuthentication authentication) {
        BackchannelRequest request = authentication.request();
        return polled.ask(
                authentication.authReqId(),
                authentication.expiresAt(),
                CibaGrant.of(authentication.authReqId()),
                request.scopes(),
                request.account(),
                checks -> {
                    checks.nonce(null);
                    checks.backchannelRequest(authentication.authReqId().reveal());
                    if (!request.acrValues().isEmpty()) {
                        checks.acr(request.acrValues());
                    }
                });
    }
}
