package dev.latchkey.auth.subjects;

import com.google.gson.Gson;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Authorization servers whose access tokens say whose they are: {@code at|label|scopes|number}.
 *
 * <p>Refresh tokens rotate, and one that comes for the second time ends its sign-in, as RFC 9700 §4.14.2 wants it.
 */
final class SubjectServer implements HttpTransport {

    static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Code> codes = new HashMap<>();
    private final Map<String, Family> refreshTokens = new HashMap<>();
    private final Map<String, Family> newest = new HashMap<>();
    private int number;
    private Trouble next = Trouble.NONE;
    private Instant lastTrouble = Instant.EPOCH;

    SubjectServer(Clock clock) {
        this.clock = clock;
    }

    static AuthorizationServerMetadata metadata(String issuer) {
        return AuthorizationServerMetadata.builder(issuer)
                .authorizationEndpoint(URI.create(issuer + "/authorize"))
                .tokenEndpoint(URI.create(issuer + "/token"))
                .build();
    }

    /** A user has approved: the code that the browser brings. */
    String code(Subject subject, String nonce, String scopes) {
        return locked(() -> {
            String code = "code-" + number++;
            codes.put(code, new Code(subject, nonce, scopes));
            return code;
        });
    }

    /** The next request fails this way. */
    void prepare(Trouble trouble) {
        locked(() -> next = trouble);
    }

    /** Tells whether a request failed lately. */
    boolean hadTroubleSince(Instant then) {
        return locked(() -> !lastTrouble.isBefore(then));
    }

    /** Tells whether the newest sign-in of somebody still has a refresh token, and no answer with one got lost. */
    boolean isLive(Subject subject) {
        return locked(() -> {
            Family family = newest.get(subject.label());
            return family != null && family.live && !family.shaken;
        });
    }

    @Override
    public TransportResponse send(TransportRequest request) throws TransportException {
        Map<String, String> form = form(request);
        String issuer = "https://" + request.uri().getHost();
        lock.lock();
        try {
            Trouble trouble = next;
            next = Trouble.NONE;
            if (trouble != Trouble.NONE) {
                lastTrouble = clock.instant();
            }
            if (trouble == Trouble.UNAVAILABLE) {
                return response(503, Map.of("error", "temporarily_unavailable"));
            }
            TransportResponse response = answer(issuer, form, trouble == Trouble.ANSWER_LOST);
            if (trouble == Trouble.ANSWER_LOST) {
                throw new TransportException(
                        TransportException.Kind.EXCHANGE, TransportException.Delivery.UNKNOWN, "lost", null);
            }
            return response;
        } finally {
            lock.unlock();
        }
    }

    private TransportResponse answer(String issuer, Map<String, String> form, boolean lost) {
        String scopes = form.getOrDefault("scope", "");
        switch (form.get("grant_type")) {
            case "authorization_code":
                Code code = codes.remove(form.get("code"));
                return code == null ? refused() : signedIn(issuer, code, lost);
            case "refresh_token":
                return refreshed(form.get("refresh_token"), scopes, lost);
            case "client_credentials":
                return response(200, granted("app@" + issuer, scopes));
            case JWT_BEARER:
                return response(200, granted(form.get("assertion") + "@" + issuer, scopes));
            default:
                throw new AssertionError(form);
        }
    }

    private TransportResponse signedIn(String issuer, Code code, boolean lost) {
        Family family = new Family(code.subject);
        family.shaken = lost;
        newest.put(code.subject.label(), family);
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", issuer);
        claims.put("sub", code.subject.user());
        claims.put("tid", code.subject.tenant());
        claims.put("aud", "app");
        claims.put("exp", clock.instant().getEpochSecond() + 300);
        claims.put("iat", clock.instant().getEpochSecond());
        claims.put("nonce", code.nonce);
        Map<String, Object> granted = granted(code.subject.label(), code.scopes);
        granted.put("refresh_token", refreshToken(family));
        granted.put("id_token", base64("{\"alg\":\"RS256\"}") + "." + base64(new Gson().toJson(claims)) + ".c2ln");
        return response(200, granted);
    }

    private TransportResponse refreshed(String refreshToken, String scopes, boolean lost) {
        Family family = refreshTokens.get(refreshToken);
        if (family == null || !family.live) {
            return refused();
        }
        if (!refreshToken.equals(family.current)) {
            family.live = false;
            return refused();
        }
        family.shaken |= lost;
        Map<String, Object> granted = granted(family.subject.label(), scopes);
        granted.put("refresh_token", refreshToken(family));
        return response(200, granted);
    }

    private String refreshToken(Family family) {
        family.current = "rt-" + number++;
        refreshTokens.put(family.current, family);
        return family.current;
    }

    private Map<String, Object> granted(String label, String scopes) {
        Map<String, Object> granted = new LinkedHashMap<>();
        granted.put("access_token", "at|" + label + "|" + scopes.replace(' ', '+') + "|" + number++);
        granted.put("token_type", "Bearer");
        granted.put("expires_in", 3600);
        granted.put("scope", scopes);
        return granted;
    }

    private static TransportResponse refused() {
        return response(400, Map.of("error", "invalid_grant"));
    }

    private static TransportResponse response(int status, Map<String, Object> body) {
        byte[] bytes = new Gson().toJson(body).getBytes(StandardCharsets.UTF_8);
        TransportHeaders headers = TransportHeaders.builder()
                .set("Content-Type", "application/json")
                .build();
        return TransportResponse.of(status, headers, new ByteArrayInputStream(bytes), () -> {});
    }

    private static Map<String, String> form(TransportRequest request) {
        Map<String, String> form = new HashMap<>();
        try (InputStream in = request.body().orElseThrow().open()) {
            for (String pair : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("&", -1)) {
                int equals = pair.indexOf('=');
                form.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return form;
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private <T> T locked(Supplier<T> act) {
        lock.lock();
        try {
            return act.get();
        } finally {
            lock.unlock();
        }
    }

    /** What may happen to a request. */
    enum Trouble {
        NONE,
        UNAVAILABLE,
        ANSWER_LOST
    }

    private static final class Code {

        private final Subject subject;
        private final String nonce;
        private final String scopes;

        private Code(Subject subject, String nonce, String scopes) {
            this.subject = subject;
            this.nonce = nonce;
            this.scopes = scopes;
        }
    }

    /** A sign-in and all refresh tokens that came of it. */
    private static final class Family {

        private final Subject subject;
        private String current = "";
        private boolean live = true;
        private boolean shaken;

        private Family(Subject subject) {
            this.subject = subject;
        }
    }
}
