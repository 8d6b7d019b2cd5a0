package dev.latchkey.auth.grant;

import dev.latchkey.auth.token.Scopes;
import java.util.Objects;

/** An application on its own behalf (RFC 6749 §4.4). Immutable. */
public final class ClientCredentialsGrant implements Grant {

    private final Scopes scopes;
    private final Parameters parameters;

    private ClientCredentialsGrant(Scopes scopes) {
        this.scopes = Objects.requireNonNull(scopes, "scopes");
        this.parameters = scopes.isEmpty() ? Parameters.NONE : Parameters.of("scope", scopes.toString());
    }

    /**
     * Asks for scopes, exactly those: nothing is added.
     *
     * @param scopes the scopes; none leaves the choice to the server
     * @return the grant
     */
    public static ClientCredentialsGrant of(Scopes scopes) {
        return new ClientCredentialsGrant(scopes);
    }

    @Override
    public String grantType() {
        return "client_credentials";
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public String toString() {
        return "ClientCredentialsGrant[" + scopes + "]";
    }
}
