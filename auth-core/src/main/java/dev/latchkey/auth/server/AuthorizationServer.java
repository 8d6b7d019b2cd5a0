package dev.latchkey.auth.server;

import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import java.net.URI;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * An authorization server that keeps to the specifications.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class AuthorizationServer implements ServerProfile {

    private final Discovery discovery;
    private final UncertainRefresh uncertainRefresh;
    private final boolean holdsUnsavedSessions;
    private final Set<ServerQuirk> quirks;

    private AuthorizationServer(
            Discovery discovery,
            UncertainRefresh uncertainRefresh,
            boolean holdsUnsavedSessions,
            Set<ServerQuirk> quirks) {
        this.discovery = Objects.requireNonNull(discovery, "discovery");
        this.uncertainRefresh = Objects.requireNonNull(uncertainRefresh, "uncertainRefresh");
        this.holdsUnsavedSessions = holdsUnsavedSessions;
        this.quirks = quirks;
    }

    /**
     * An OpenID provider, whose metadata is fetched when it is first needed from where OpenID Connect Discovery §4 says.
     *
     * @param issuer the issuer, which the document must name character by character
     * @return the profile
     */
    public static AuthorizationServer openId(String issuer) {
        return new AuthorizationServer(Discovery.openId(issuer), UncertainRefresh.RETRY, true, Set.of());
    }

    /**
     * An authorization server, whose metadata is fetched when it is first needed from where RFC 8414 §3 says.
     *
     * @param issuer the issuer, which the document must name character by character
     * @return the profile
     */
    public static AuthorizationServer oauth(String issuer) {
        return new AuthorizationServer(Discovery.rfc8414(issuer), UncertainRefresh.RETRY, true, Set.of());
    }

    /**
     * A server whose metadata is elsewhere than the specifications say, as behind the issuer's path at some servers: it is fetched from
     * there when it is first needed, and must name the issuer as everywhere (RFC 8414 §3.3).
     *
     * <pre>{@code
     * AuthorizationServer.at(
     *         URI.create("https://dev-1.okta.com/oauth2/default/.well-known/oauth-authorization-server"),
     *         "https://dev-1.okta.com/oauth2/default")
     * }</pre>
     *
     * @param metadata where the document is
     * @param issuer the issuer, which the document must name character by character
     * @return the profile
     */
    public static AuthorizationServer at(URI metadata, String issuer) {
        return new AuthorizationServer(Discovery.at(metadata, issuer), UncertainRefresh.RETRY, true, Set.of());
    }

    /**
     * A server that publishes no metadata, or whose metadata shall not be asked for.
     *
     * @param metadata the metadata
     * @return the profile
     */
    public static AuthorizationServer of(AuthorizationServerMetadata metadata) {
        return new AuthorizationServer(Discovery.known(metadata), UncertainRefresh.RETRY, true, Set.of());
    }

    /**
     * Says what to do when nobody knows whether the server redeemed a refresh token.
     *
     * @param policy the policy
     * @return a new profile
     */
    public AuthorizationServer uncertainRefresh(UncertainRefresh policy) {
        return new AuthorizationServer(discovery, policy, holdsUnsavedSessions, quirks);
    }

    /**
     * Says that a session which the store will not take after a refresh is revoked and given up, rather than held in
     * memory.
     *
     * @return a new profile
     */
    public AuthorizationServer revokingUnsavedSessions() {
        return new AuthorizationServer(discovery, uncertainRefresh, false, quirks);
    }

    /**
     * Says that the server does not do as its metadata says. May be called for several quirks.
     *
     * @param quirk the quirk
     * @return a new profile
     */
    public AuthorizationServer quirk(ServerQuirk quirk) {
        Set<ServerQuirk> all = new HashSet<>(quirks);
        all.add(Objects.requireNonNull(quirk, "quirk"));
        return new AuthorizationServer(discovery, uncertainRefresh, holdsUnsavedSessions, Set.copyOf(all));
    }

    @Override
    public Set<ServerQuirk> quirks() {
        return quirks;
    }

    @Override
    public Discovery discovery() {
        return discovery;
    }

    @Override
    public UncertainRefresh uncertainRefresh() {
        return uncertainRefresh;
    }

    @Override
    public boolean holdsUnsavedSessions() {
        return holdsUnsavedSessions;
    }

    @Override
    public String toString() {
        return "AuthorizationServer[" + discovery + "]";
    }
}
