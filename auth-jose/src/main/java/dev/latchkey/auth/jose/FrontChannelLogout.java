package dev.latchkey.auth.jose;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.error.InvalidResponseException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a browser brings to the application's front-channel logout endpoint (OpenID Connect Front-Channel Logout §2).
 *
 * <p>It is not signed: anybody may have made the browser come. So it may end the session of this browser at the application, of which
 * the session identifier must be the one that the ID token had, and nothing else. Immutable; it does not print the session identifier.
 */
public final class FrontChannelLogout {

    private final @Nullable String issuer;
    private final @Nullable String session;

    private FrontChannelLogout(@Nullable String issuer, @Nullable String session) {
        this.issuer = issuer;
        this.session = session;
    }

    /**
     * Validates the request's parameters.
     *
     * @param parameters the query's parameters, decoded, with all values of each
     * @param client the client that the endpoint belongs to
     * @param sessionRequired whether the client is registered with {@code frontchannel_logout_session_required}
     * @return the request
     * @throws InvalidResponseException if {@code iss} is another server, a parameter is there twice, or one is there without the other
     */
    public static FrontChannelLogout of(
            Map<String, ? extends List<String>> parameters, OAuthClient client, boolean sessionRequired) {
        String host = JoseIdTokens.hostOf(client.metadata());
        String issuer = single(parameters, "iss", host);
        String session = single(parameters, "sid", host);
        if ((issuer == null) != (session == null)) {
            throw new InvalidResponseException(
                    issuer == null ? "iss" : "sid",
                    host,
                    "is missing in a front-channel logout that has the other one");
        }
        if (sessionRequired && session == null) {
            throw new InvalidResponseException(
                    "sid", host, "is missing in a front-channel logout, although it is registered as required");
        }
        if (issuer != null && !client.serves(issuer)) {
            throw new InvalidResponseException(
                    "iss", host, "in a front-channel logout is not an issuer of this server");
        }
        return new FrontChannelLogout(issuer, session);
    }

    /**
     * Tells whose session it is about.
     *
     * @return {@code iss}, one that the client's server speaks for, or nothing if the server names no session
     */
    public Optional<String> issuer() {
        return Optional.ofNullable(issuer);
    }

    /**
     * Tells which session it is about, among its issuer's.
     *
     * @return {@code sid}, or nothing if the server names none: then it is the browser's own
     */
    public Optional<String> sessionId() {
        return Optional.ofNullable(session);
    }

    /**
     * Tells whether it is about a session, in the same time wherever two identifiers differ. An identifier says something beside its
     * issuer alone: of two tenants of one server each may have a session of that name (§3).
     *
     * @param sessionIssuer the {@code iss} of the ID token of this browser's session
     * @param sessionId the {@code sid} of that ID token
     * @return true if it names this session, or none
     */
    public boolean isAbout(String sessionIssuer, String sessionId) {
        Objects.requireNonNull(sessionIssuer, "sessionIssuer");
        Objects.requireNonNull(sessionId, "sessionId");
        return issuer == null
                || session == null
                || (issuer.equals(sessionIssuer)
                        && MessageDigest.isEqual(
                                session.getBytes(StandardCharsets.UTF_8), sessionId.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public String toString() {
        return "FrontChannelLogout[" + (session == null ? "no session named" : "session [redacted]") + "]";
    }

    private static @Nullable String single(Map<String, ? extends List<String>> parameters, String name, String host) {
        List<String> values = parameters.get(name);
        if (values == null || values.isEmpty()) {
            return null;
        }
        if (values.size() > 1) {
            throw new InvalidResponseException(name, host, "is there twice in a front-channel logout");
        }
        return values.get(0);
    }
}
