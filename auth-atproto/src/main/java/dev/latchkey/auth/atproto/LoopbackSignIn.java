package dev.latchkey.auth.atproto;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.interactive.Browser;
import dev.latchkey.auth.interactive.LoopbackReceiver;
import java.io.IOException;
import java.time.Duration;

/** Signs in with the browser of the machine that this runs on (RFC 8252 §7.3). */
final class LoopbackSignIn {

    // As long as for other servers: people have to find their password.
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private LoopbackSignIn() {}

    static SignIn run(
            AtprotoClient client,
            AtprotoRequest request,
            LoopbackReceiver receiver,
            Browser browser,
            Duration patience) {
        PendingAuthorization pending = client.authorize(request.comingBackTo(receiver.redirectUri()));
        try {
            browser.open(pending.uri());
        } catch (IOException e) {
            throw new ConfigurationException("browser", "cannot be opened (" + e.getMessage() + ")", null, e);
        }
        // What comes with another state is not ours: it is answered, counted, and does not end the wait.
        AuthorizationCallback callback = receiver.await(
                patience, each -> each.state().filter(pending.state()::equals).isPresent());
        return client.complete(callback, pending.browserBinding());
    }
}
