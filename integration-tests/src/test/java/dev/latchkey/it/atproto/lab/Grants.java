package dev.latchkey.it.atproto.lab;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What an authorization server has given out, and what became of it. */
final class Grants {

    private static final Duration CODE_LIFE = Duration.ofSeconds(60);
    private static final String INVALID = "invalid_grant";

    private final Clock clock;
    private final Predicate<String> isGone;
    private final Map<String, Request> requests = new HashMap<>();
    private final Map<String, Code> codes = new HashMap<>();
    private final List<LabSession> sessions = new ArrayList<>();
    private final Map<String, LabSession> byAccessToken = new HashMap<>();
    private Duration life = Duration.ofMinutes(15);

    Grants(Clock clock, Predicate<String> isGone) {
        this.clock = clock;
        this.isGone = isGone;
    }

    synchronized void life(Duration other) {
        life = other;
    }

    synchronized String push(Pushed pushed) {
        String uri = "urn:ietf:params:oauth:request_uri:req-" + Ids.random();
        requests.put(uri, new Request(pushed));
        return uri;
    }

    /** Takes a pushed request, once. */
    synchronized Pushed take(String requestUri, String client) throws Refusal {
        Request request = requests.get(requestUri);
        Refusal.unless(
                request != null && clock.instant().isBefore(request.pushed.until),
                Rule.AUTHORIZE_REQUEST_URI,
                "invalid_request");
        Refusal.unless(request.pushed.client.id().equals(client), Rule.AUTHORIZE_CLIENT, "invalid_request");
        Refusal.unless(!request.used, Rule.AUTHORIZE_ONCE, "invalid_request");
        request.used = true;
        return request.pushed;
    }

    synchronized String code(Pushed pushed, String subject, String scope) {
        String code = "cod-" + Ids.random();
        codes.put(code, new Code(pushed, subject, scope, clock.instant().plus(CODE_LIFE)));
        return code;
    }

    synchronized LabSession redeem(String text, Caller caller, Call call) throws Refusal {
        Code code = codes.get(text);
        Refusal.unless(code != null && clock.instant().isBefore(code.until), Rule.CODE_KNOWN, INVALID);
        if (code.used) {
            if (code.session != null) {
                code.session.alive = false;
            }
            throw Refusal.of(Rule.CODE_ONCE, INVALID);
        }
        // Whatever is wrong below, this was the one attempt.
        code.used = true;
        Pushed pushed = code.pushed;
        Refusal.unless(pushed.client.id().equals(caller.client.id()), Rule.CODE_CLIENT, INVALID);
        Refusal.unless(pushed.proofKey.equals(caller.proofKey), Rule.CODE_PROOF_KEY, INVALID);
        Refusal.unless(caller.clientKey.follows(pushed.clientKey), Rule.CODE_CLIENT_KEY, INVALID);
        Refusal.unless(
                call.form("redirect_uri").filter(pushed.redirectUri::equals).isPresent(),
                Rule.CODE_REDIRECT_URI,
                INVALID);
        String verifier = call.form("code_verifier").orElse("");
        Refusal.unless(
                verifier.matches("[A-Za-z0-9._~-]{43,128}")
                        && Ids.sha256(verifier).equals(pushed.challenge),
                Rule.CODE_VERIFIER,
                INVALID);
        LabSession session = new LabSession(
                pushed,
                caller.clientKey,
                code.subject,
                code.scope,
                clock.instant().plus(life));
        code.session = session;
        sessions.add(session);
        byAccessToken.put(session.accessToken, session);
        return session;
    }

    synchronized LabSession refresh(String token, Caller caller) throws Refusal {
        LabSession session = null;
        for (LabSession each : sessions) {
            if (each.refreshToken.equals(token) || each.used.contains(token)) {
                session = each;
            }
        }
        Refusal.unless(session != null, Rule.REFRESH_KNOWN, INVALID);
        if (session.used.contains(token)) {
            session.alive = false;
            throw Refusal.of(Rule.REFRESH_ONCE, INVALID);
        }
        Refusal.unless(session.alive, Rule.REFRESH_KNOWN, INVALID);
        // Until nothing is wrong the session is dead: any failed refresh ends it.
        session.alive = false;
        Refusal.unless(session.request.client.id().equals(caller.client.id()), Rule.REFRESH_CLIENT, INVALID);
        Refusal.unless(session.request.proofKey.equals(caller.proofKey), Rule.REFRESH_PROOF_KEY, INVALID);
        Refusal.unless(caller.clientKey.follows(session.clientKey), Rule.REFRESH_CLIENT_KEY, INVALID);
        Refusal.unless(!isGone.test(session.subject), Rule.REFRESH_ACCOUNT, INVALID);
        session.alive = true;
        session.rotate(caller.clientKey, clock.instant().plus(life));
        byAccessToken.put(session.accessToken, session);
        return session;
    }

    /** Ends the session of a token of the caller's; false if there is none. */
    synchronized boolean revoke(String token, Caller caller) {
        for (LabSession session : sessions) {
            boolean own = session.request.client.id().equals(caller.client.id())
                    && session.request.proofKey.equals(caller.proofKey)
                    && caller.clientKey.follows(session.clientKey);
            if (own && session.alive && (session.refreshToken.equals(token) || session.accessToken.equals(token))) {
                session.alive = false;
                return true;
            }
        }
        return false;
    }

    /** The session of an access token, dead ones included. */
    synchronized Optional<LabSession> session(String accessToken) {
        return Optional.ofNullable(byAccessToken.get(accessToken));
    }

    synchronized boolean holds(LabSession session, String accessToken) {
        return session.alive
                && session.accessToken.equals(accessToken)
                && clock.instant().isBefore(session.expires);
    }

    synchronized List<LabSession> alive() {
        List<LabSession> alive = new ArrayList<>(sessions);
        alive.removeIf(session -> !session.alive);
        return alive;
    }

    synchronized int refreshes() {
        return sessions.stream().mapToInt(session -> session.refreshed).sum();
    }

    synchronized void endAll() {
        sessions.forEach(session -> session.alive = false);
    }

    synchronized void expireAccessTokens() {
        Instant now = clock.instant();
        sessions.forEach(session -> session.expires = now);
    }

    /** A pushed request, and whether a browser has brought it. */
    private static final class Request {

        private final Pushed pushed;
        private boolean used;

        private Request(Pushed pushed) {
            this.pushed = pushed;
        }
    }

    /** A code, and the session that it was redeemed for. */
    private static final class Code {

        private final Pushed pushed;
        private final String subject;
        private final String scope;
        private final Instant until;
        private boolean used;
        private @Nullable LabSession session;

        private Code(Pushed pushed, String subject, String scope, Instant until) {
            this.pushed = pushed;
            this.subject = subject;
            this.scope = scope;
            this.until = until;
        }
    }
}
