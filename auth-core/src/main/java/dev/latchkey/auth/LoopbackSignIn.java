package dev.latchkey.auth;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.interactive.Browser;
import dev.latchkey.auth.interactive.LoopbackReceiver;
import java.io.IOException;
import java.time.Duration;

/** Signs in with the browser of the machine that this runs on (RFC 8252 §7.3). */
final class LoopbackSignIn {

    private LoopbackSignIn() {}

    static SignIn run(
            OAuthClient client,
            AuthorizationRequest request,
            LoopbackReceiver receiver,
            Browser browser,
            Duration patience) {
        requireItsOwn(receiver, request);
        PendingAuthorization pending = client.authorize(request);
        return client.complete(callback(pending, receiver, browser, patience), pending.browserBinding());
    }

    static void requireItsOwn(LoopbackReceiver receiver, AuthorizationRequest request) {
        if (!request.redirectUri().equals(receiver.redirectUri())) {
            throw new ConfigurationException("redirectUri", "is not the receiver's, so that no callback would arrive");
        }
    }

    static AuthorizationCallback callback(
            PendingAuthorization pending, LoopbackReceiver receiver, Browser browser, Duration patience) {
        try {
            browser.open(pending.uri());
        } catch (IOException e) {
            throw new ConfigurationException(
                    "browser",
                    "cannot be opened (" + e.getMessage() + "); use the device flow on a machine without one",
                    null,
                    e);
        }
        // What comes with another state is not ours: it is answered, counted, and does not end the wait.
        return receiver.await(
                patience, each -> each.state().filter(pending.state()::equals).isPresent());
    }
}
