package dev.latchkey.auth.credential;

import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.token.TokenProof;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request to an authorization server while it is being put together: the profile and the client authentication add
 * their part to it.
 *
 * <p>Mutable, and used by one thread. It prints names and no values.
 */
public final class RequestDraft {

    private final RequestKind kind;
    private final URI endpoint;
    private final AuthorizationServerMetadata server;
    private final ClientId clientId;
    private final @Nullable TokenProof binding;
    private final Supplier<Duration> clockAhead;
    private Parameters parameters;
    private final TransportHeaders.Builder headers = TransportHeaders.builder();

    private RequestDraft(
            RequestKind kind,
            URI endpoint,
            AuthorizationServerMetadata server,
            ClientId clientId,
            Parameters parameters,
            @Nullable TokenProof binding,
            Supplier<Duration> clockAhead) {
        this.binding = binding;
        this.clockAhead = Objects.requireNonNull(clockAhead, "clockAhead");
        this.kind = Objects.requireNonNull(kind, "kind");
        this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
        this.server = Objects.requireNonNull(server, "server");
        this.clientId = Objects.requireNonNull(clientId, "clientId");
        this.parameters = Objects.requireNonNull(parameters, "parameters");
    }

    /**
     * Starts a draft.
     *
     * @param kind what the request is for
     * @param endpoint where it goes
     * @param server the metadata that the endpoint comes from
     * @param clientId the client
     * @param parameters the parameters so far
     * @return the draft
     */
    public static RequestDraft of(
            RequestKind kind,
            URI endpoint,
            AuthorizationServerMetadata server,
            ClientId clientId,
            Parameters parameters) {
        return new RequestDraft(kind, endpoint, server, clientId, parameters, null, () -> Duration.ZERO);
    }

    /**
     * Says whose proof will go with the request.
     *
     * @param proof the key of the session, or of the tokens that are asked for
     * @return a new draft
     */
    public RequestDraft boundTo(@Nullable TokenProof proof) {
        return new RequestDraft(kind, endpoint, server, clientId, parameters, proof, clockAhead);
    }

    /**
     * Says how far the server's clock is ahead, for who asks.
     *
     * @param ahead is asked only when something is about to be signed that says the time
     * @return a new draft
     */
    public RequestDraft clockAhead(Supplier<Duration> ahead) {
        return new RequestDraft(kind, endpoint, server, clientId, parameters, binding, ahead);
    }

    /**
     * Tells how far the server's clock is ahead of the client's, as far as the server told: what is to be added to our time in what is
     * signed for this server. A client authentication that asks is asked again if the server refuses it and tells another time.
     *
     * @return negative if the server is behind, zero if nothing is known
     */
    public Duration clockAhead() {
        return clockAhead.get();
    }

    /**
     * Tells whose proof will go with the request, for a client authentication that must stay the same for a whole session.
     *
     * @return the key of the session, or nothing if it has none
     */
    public Optional<TokenProof> binding() {
        return Optional.ofNullable(binding);
    }

    /**
     * Tells what the request is for.
     *
     * @return the kind
     */
    public RequestKind kind() {
        return kind;
    }

    /**
     * Tells where the request goes.
     *
     * @return the endpoint
     */
    public URI endpoint() {
        return endpoint;
    }

    /**
     * Tells the server that the request goes to.
     *
     * @return its metadata
     */
    public AuthorizationServerMetadata server() {
        return server;
    }

    /**
     * Tells the client that the request comes from.
     *
     * @return its identifier
     */
    public ClientId clientId() {
        return clientId;
    }

    /**
     * Tells the parameters so far.
     *
     * @return the parameters
     */
    public Parameters parameters() {
        return parameters;
    }

    /**
     * Tells the headers so far.
     *
     * @return the headers
     */
    public TransportHeaders headers() {
        return headers.build();
    }

    /**
     * Sets a parameter, in place of those of that name.
     *
     * @param name its name
     * @param value its value
     * @return this draft
     */
    public RequestDraft parameter(String name, String value) {
        parameters = parameters.with(name, value);
        return this;
    }

    /**
     * Sets a header, in place of those of that name. An authorization request goes through the browser and has none.
     *
     * @param name its name
     * @param value its value
     * @return this draft
     */
    public RequestDraft header(String name, String value) {
        headers.set(name, value);
        return this;
    }

    @Override
    public String toString() {
        return "RequestDraft[" + kind + " to " + endpoint.getHost() + ", " + parameters + "]";
    }
}
