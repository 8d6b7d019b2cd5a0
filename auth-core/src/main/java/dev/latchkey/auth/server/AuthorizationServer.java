package dev.latchkey.auth.server;

import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import java.util.Objects;

/**
 * An authorization server that keeps to the specifications.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class AuthorizationServer implements ServerProfile {

    private final Discovery discovery;
    private final UncertainRefresh uncertainRefresh;
    private final boolean holdsUnsavedSessions;

    private AuthorizationServer(Discovery discovery, UncertainRefresh uncertainRefresh, boolean holdsUnsavedSessions) {
        this.discovery = Objects.requireNonNull(discovery, "discovery");
        this.uncertainRefresh = Objects.requireNonNull(uncertainRefresh, "uncertainRefresh");
        this.holdsUnsavedSessions = holdsUnsavedSessions;
    }

    /**
     * An OpenID provider, whose metadata is fetched when it is first needed from where OpenID Connect Discovery §4 says.
     *
     * @param issuer the issuer, which the document must name character by character
     * @return the profile
     */
    public static AuthorizationServer openId(String issuer) {
        return new AuthorizationServer(Discovery.openId(issuer), UncertainRefresh.RETRY, true);
    }

    /**
     * An authorization server, whose metadata is fetched when it is first needed from where RFC 8414 §3 says.
     *
     * @param issuer the issuer, which the document must name character by character
     * @return the profile
     */
    public static AuthorizationServer oauth(String issuer) {
        return new AuthorizationServer(Discovery.rfc8414(issuer), UncertainRefresh.RETRY, true);
    }

    /**
     * A server that publishes no metadata, or whose metadata shall not be asked for.
     *
     * @param metadata the metadata
     * @return the profile
     */
    public static AuthorizationServer of(AuthorizationServerMetadata metadata) {
        return new AuthorizationServer(Discovery.known(metadata), UncertainRefresh.RETRY, true);
    }

    /**
     * Says what to do when nobody knows whether the server redeemed a refresh token.
     *
     * @param policy the policy
     * @return a new profile
     */
    public AuthorizationServer uncertainRefresh(UncertainRefresh policy) {
        return new AuthorizationServer(discovery, policy, holdsUnsavedSessions);
    }

    /**
     * Says that a session which the store will not take after a refresh is revoked and given up, rather than held in
     * memory.
     *
     * @return a new profile
     */
    public AuthorizationServer revokingUnsavedSessions() {
        return new AuthorizationServer(discovery, uncertainRefresh, false);
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
