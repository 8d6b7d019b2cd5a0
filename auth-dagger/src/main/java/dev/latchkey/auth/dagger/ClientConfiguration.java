package dev.latchkey.auth.dagger;

import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.server.ServerProfile;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * What a client is, apart from the transport, the store and the clock, which the object graph has: the server, the
 * client's identity, and whatever else {@link OAuthClientBuilder} lets one choose. Immutable.
 *
 * <pre>{@code
 * ClientConfiguration.of(Entra.tenant(tenantId), ClientId.of("…"), ClientAuthentication.none())
 *     .with(builder -> builder.timeout(Duration.ofSeconds(10)))
 * }</pre>
 */
public final class ClientConfiguration {

    private final ServerProfile server;
    private final ClientId clientId;
    private final ClientAuthentication authentication;
    private final UnaryOperator<OAuthClientBuilder> choices;

    private ClientConfiguration(
            ServerProfile server,
            ClientId clientId,
            ClientAuthentication authentication,
            UnaryOperator<OAuthClientBuilder> choices) {
        this.server = Objects.requireNonNull(server, "server");
        this.clientId = Objects.requireNonNull(clientId, "clientId");
        this.authentication = Objects.requireNonNull(authentication, "authentication");
        this.choices = Objects.requireNonNull(choices, "choices");
    }

    /**
     * Says what a client cannot do without.
     *
     * @param server the authorization server's profile
     * @param clientId the client's identifier
     * @param authentication how the client authenticates
     * @return the configuration
     */
    public static ClientConfiguration of(ServerProfile server, ClientId clientId, ClientAuthentication authentication) {
        return new ClientConfiguration(server, clientId, authentication, UnaryOperator.identity());
    }

    /**
     * Chooses what has a default. May be called more than once; a later choice wins.
     *
     * @param choices calls the builder's methods; the transport, store and clock of the object graph are set already
     * @return a new configuration
     */
    public ClientConfiguration with(UnaryOperator<OAuthClientBuilder> choices) {
        Objects.requireNonNull(choices, "choices");
        UnaryOperator<OAuthClientBuilder> earlier = this.choices;
        return new ClientConfiguration(
                server, clientId, authentication, builder -> choices.apply(earlier.apply(builder)));
    }

    OAuthClientBuilder applyTo(OAuthClientBuilder builder) {
        return choices.apply(builder.server(server).client(clientId, authentication));
    }

    @Override
    public String toString() {
        return "ClientConfiguration[" + clientId + " at " + server + ", " + authentication.method() + "]";
    }
}
