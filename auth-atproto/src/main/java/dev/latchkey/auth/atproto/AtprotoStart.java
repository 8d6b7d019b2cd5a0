package dev.latchkey.auth.atproto;

import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a sign-in begins: at an account, or at a server whose accounts the user picks from there. Immutable; equality
 * regards everything.
 */
public final class AtprotoStart {

    private final @Nullable AtprotoIdentity identity;
    private final URI server;
    private final @Nullable String loginHint;

    private AtprotoStart(@Nullable AtprotoIdentity identity, URI server, @Nullable String loginHint) {
        this.identity = identity;
        this.server = server;
        this.loginHint = loginHint;
    }

    static AtprotoStart at(AtprotoIdentity identity, String typed) {
        return new AtprotoStart(identity, identity.pds(), typed);
    }

    static AtprotoStart at(URI server) {
        return new AtprotoStart(null, server, null);
    }

    /**
     * Tells whose sign-in it is to be. The account that signs in must be this one.
     *
     * @return the account, or nothing if the user named a server
     */
    public Optional<AtprotoIdentity> identity() {
        return Optional.ofNullable(identity);
    }

    /**
     * Tells where to look for the authorization server: {@link AtprotoServers#of(URI)}.
     *
     * @return the origin of the account's personal data server, or of the server that the user named, which may be the
     *     authorization server itself
     */
    public URI server() {
        return server;
    }

    /**
     * Tells what to send as {@code login_hint}.
     *
     * @return the handle or DID that the user named, normalised, or nothing if the user named a server
     */
    public Optional<String> loginHint() {
        return Optional.ofNullable(loginHint);
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof AtprotoStart)) {
            return false;
        }
        AtprotoStart that = (AtprotoStart) other;
        return Objects.equals(identity, that.identity)
                && server.equals(that.server)
                && Objects.equals(loginHint, that.loginHint);
    }

    @Override
    public int hashCode() {
        return Objects.hash(identity, server, loginHint);
    }

    @Override
    public String toString() {
        return "AtprotoStart[" + (identity == null ? server : identity) + "]";
    }
}
