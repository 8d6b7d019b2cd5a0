package dev.latchkey.auth.protocol;

import dev.latchkey.auth.authorize.BackchannelAuthentication;
import dev.latchkey.auth.authorize.BackchannelRequest;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.grant.AuthReqId;
import dev.latchkey.auth.grant.Parameters;
import java.time.Duration;
import java.time.Instant;

/** Encodes requests for an authentication behind the scenes and decodes their answers (CIBA Core §7). */
public final class Backchannels {

    private static final long DEFAULT_INTERVAL = 5;

    private Backchannels() {}

    /**
     * Gives the request's parameters.
     *
     * @param request what the application asks for
     * @return the parameters
     */
    public static Parameters parameters(BackchannelRequest request) {
        Parameters parameters = Parameters.of("scope", request.scopes().toString());
        if (request.notificationToken().isPresent()) {
            parameters = parameters.with(
                    "client_notification_token",
                    request.notificationToken().get().reveal());
        }
        if (!request.acrValues().isEmpty()) {
            parameters = parameters.with("acr_values", String.join(" ", request.acrValues()));
        }
        parameters = parameters.with(request.hintName(), request.hint());
        if (request.bindingMessage().isPresent()) {
            parameters =
                    parameters.with("binding_message", request.bindingMessage().get());
        }
        if (request.userCode().isPresent()) {
            parameters = parameters.with("user_code", request.userCode().get());
        }
        if (request.requestedExpiry().isPresent()) {
            parameters = parameters.with(
                    "requested_expiry",
                    Long.toString(request.requestedExpiry().get().toSeconds()));
        }
        return parameters;
    }

    /**
     * Decodes a response.
     *
     * @param answer an answer with status 200
     * @param request what was asked for
     * @param requestedAt the instant before the request was sent
     * @return the authentication under way
     * @throws InvalidResponseException if a member is missing or out of range; it names the member
     */
    public static BackchannelAuthentication decode(Answer answer, BackchannelRequest request, Instant requestedAt) {
        String authReqId = answer.requiredText("auth_req_id");
        if (!authReqId.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new InvalidResponseException("auth_req_id", answer.host(), "has a character beyond printable ASCII");
        }
        long lifetime = answer.seconds("expires_in")
                .orElseThrow(() -> new InvalidResponseException("expires_in", answer.host(), "is missing"));
        long interval = answer.seconds("interval").orElse(DEFAULT_INTERVAL);
        return BackchannelAuthentication.of(
                AuthReqId.of(authReqId),
                request,
                requestedAt.plusSeconds(lifetime),
                Duration.ofSeconds(Math.max(interval, 1)));
    }
}
