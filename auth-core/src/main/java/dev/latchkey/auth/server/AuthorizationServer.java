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

    private AuthorizationServer(Discovery discovery) {
        this.discovery = Objects.requireNonNull(discovery, "discovery");
    }

    /**
     * An OpenID provider, whose metadata is fetched when it is first needed from where OpenID Connect Discovery §4 says.
     *
     * @param issuer the issuer, which the document must name character by character
     * @return the profile
     */
    public static AuthorizationServer openId(String issuer) {
        return new AuthorizationServer(Discovery.openId(issuer));
    }

    /**
     * An authorization server, whose metadata is fetched when it is first needed from where RFC 8414 §3 says.
     *
     * @param issuer the issuer, which the document must name character by character
     * @return the profile
     */
    public static AuthorizationServer oauth(String issuer) {
        return new AuthorizationServer(Discovery.rfc8414(issuer));
    }

    /**
     * A server that publishes no metadata, or whose metadata shall not be asked for.
     *
     * @param metadata the metadata
     * @return the profile
     */
    public static AuthorizationServer of(AuthorizationServerMetadata metadata) {
        return new AuthorizationServer(Discovery.known(metadata));
    }

    @Override
    public Discovery discovery() {
        return discovery;
    }

    @Override
    public String toString() {
        return "AuthorizationServer[" + discovery + "]";
    }
}
