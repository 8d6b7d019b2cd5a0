package dev.latchkey.it.provider;

import dev.latchkey.auth.authorize.BackchannelRequest;
import dev.latchkey.auth.registration.ClientMetadata;

/** What a client is registered with for CIBA, and what it asks. */
final class Ciba {

    private Ciba() {}

    static ClientMetadata.Builder metadata(Applicant applicant, String mode) {
        return applicant
                .metadata()
                .grantTypes("authorization_code", "refresh_token", "urn:openid:params:grant-type:ciba")
                .member("backchannel_token_delivery_mode", mode)
                .member("backchannel_authentication_request_signing_alg", "ES256");
    }

    static BackchannelRequest.Builder request() {
        return BackchannelRequest.loginHint(Visit.SCOPES, "alice").bindingMessage("W4SCT");
    }
}
