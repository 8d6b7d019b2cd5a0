package dev.latchkey.auth.atproto;

import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.error.SignInRequiredException;
import java.io.IOException;

/** Says who a public client is, and keeps it from sessions that began when it was a confidential one: their server would end them. */
final class PublicAuthentication implements ClientAuthentication {

    private final ClientAuthentication none = ClientAuthentication.none();

    @Override
    public String method() {
        return none.method();
    }

    @Override
    public void authenticate(RequestDraft request) throws IOException {
        boolean began = request.binding()
                .filter(SessionBinding.class::isInstance)
                .filter(binding -> !((SessionBinding) binding).clientKey().isNone())
                .isPresent();
        if (began) {
            throw new SignInRequiredException(
                    "kid: the session began with a client key, and this client has none any more; have the user sign in",
                    null,
                    null);
        }
        none.authenticate(request);
    }

    @Override
    public String toString() {
        return "ClientAuthentication[none]";
    }
}
