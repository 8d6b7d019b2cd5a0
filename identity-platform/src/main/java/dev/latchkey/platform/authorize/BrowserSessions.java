package dev.latchkey.platform.authorize;

import dev.latchkey.platform.directory.User;
import dev.latchkey.platform.exchange.ReceivedRequest;
import dev.latchkey.platform.exchange.Response;
import dev.latchkey.platform.token.Ledger;
import dev.latchkey.platform.token.Realm;
import java.time.Instant;
import java.util.Optional;

/** Who is signed in at which browser, by a cookie; and the browser's own name, which binds forms to it. */
final class BrowserSessions {
    private static final String SESSION = "platform-session";
    private static final String BROWSER = "platform-browser";

    private final Realm realm;
    private final Ledger<Session> sessions = new Ledger<>();

    BrowserSessions(Realm realm) {
        this.realm = realm;
    }

    Optional<Session> find(ReceivedRequest request) {
        return request.cookie(SESSION).flatMap(sessions::find);
    }

    /** The browser's name; empty until {@link #name} has given it one. */
    String browser(ReceivedRequest request) {
        return request.cookie(BROWSER).orElse("");
    }

    String newBrowser() {
        return realm.secret();
    }

    Response name(Response response, String browser) {
        return cookie(response, BROWSER, browser, "");
    }

    Session start(User user) {
        Session session = new Session(realm.secret(), user, realm.now());
        sessions.put(session.id, session);
        return session;
    }

    Response remember(Response response, Session session) {
        return cookie(response, SESSION, session.id, "");
    }

    Response forget(ReceivedRequest request, Response response) {
        request.cookie(SESSION).ifPresent(sessions::remove);
        return cookie(response, SESSION, "", "; Max-Age=0");
    }

    private Response cookie(Response response, String name, String value, String more) {
        String secure = realm.base().startsWith("https:") ? "; Secure" : "";
        return response.header("Set-Cookie", name + "=" + value + "; Path=/; HttpOnly; SameSite=Lax" + secure + more);
    }

    static final class Session {
        private final String id;
        private final User user;
        private final Instant authenticatedAt;

        Session(String id, User user, Instant authenticatedAt) {
            this.id = id;
            this.user = user;
            this.authenticatedAt = authenticatedAt;
        }

        User user() {
            return user;
        }

        Instant authenticatedAt() {
            return authenticatedAt;
        }
    }
}
