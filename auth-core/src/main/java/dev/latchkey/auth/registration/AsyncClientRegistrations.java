package dev.latchkey.auth.registration;

import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.ServerProfile;
import dev.latchkey.auth.token.AccessToken;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The same registrations for those who do not want to wait. A future fails with the {@link OAuthException} that the blocking call
 * would throw; ending it early changes nothing at the server. Safe for use by any number of threads.
 */
public final class AsyncClientRegistrations {

    private final ClientRegistrations registrations;
    private final Executor executor;

    AsyncClientRegistrations(ClientRegistrations registrations, Executor executor) {
        this.registrations = registrations;
        this.executor = Objects.requireNonNull(executor, "executor");
    }

    /**
     * Registers a client at a server that lets anybody do so.
     *
     * @param server the server
     * @param client what the client says of itself
     * @return what the server made of it
     * @see ClientRegistrations#register(AuthorizationServerMetadata, ClientMetadata)
     */
    public CompletableFuture<RegisteredClient> register(AuthorizationServerMetadata server, ClientMetadata client) {
        return register(server, client, null);
    }

    /**
     * Registers a client.
     *
     * @param server the server
     * @param client what the client says of itself
     * @param initialAccessToken allows the registration, or null at a server that lets anybody register
     * @return what the server made of it
     * @see ClientRegistrations#register(AuthorizationServerMetadata, ClientMetadata, AccessToken)
     */
    public CompletableFuture<RegisteredClient> register(
            AuthorizationServerMetadata server, ClientMetadata client, @Nullable AccessToken initialAccessToken) {
        return start(() -> registrations.register(server, client, initialAccessToken));
    }

    /**
     * Registers a client at a server of which nothing but the profile is known.
     *
     * @param server the server
     * @param client what the client says of itself
     * @return what the server made of it
     * @see ClientRegistrations#register(ServerProfile, ClientMetadata)
     */
    public CompletableFuture<RegisteredClient> register(ServerProfile server, ClientMetadata client) {
        return register(server, client, null);
    }

    /**
     * Registers a client at a server of which nothing but the profile is known.
     *
     * @param server the server
     * @param client what the client says of itself
     * @param initialAccessToken allows the registration, or null at a server that lets anybody register
     * @return what the server made of it
     * @see ClientRegistrations#register(ServerProfile, ClientMetadata, AccessToken)
     */
    public CompletableFuture<RegisteredClient> register(
            ServerProfile server, ClientMetadata client, @Nullable AccessToken initialAccessToken) {
        return start(() -> registrations.register(server, client, initialAccessToken));
    }

    /**
     * Asks what the server has on record.
     *
     * @param client the client
     * @return what the server has on record now
     * @see ClientRegistrations#read(RegisteredClient)
     */
    public CompletableFuture<RegisteredClient> read(RegisteredClient client) {
        return start(() -> registrations.read(client));
    }

    /**
     * Replaces what the server has on record.
     *
     * @param client the client
     * @param metadata all that the client says of itself
     * @return what the server made of it
     * @see ClientRegistrations#update(RegisteredClient, ClientMetadata)
     */
    public CompletableFuture<RegisteredClient> update(RegisteredClient client, ClientMetadata metadata) {
        return start(() -> registrations.update(client, metadata));
    }

    /**
     * Ends the registration.
     *
     * @param client the client
     * @return when it has ended
     * @see ClientRegistrations#delete(RegisteredClient)
     */
    public CompletableFuture<@Nullable Void> delete(RegisteredClient client) {
        return start(() -> {
            registrations.delete(client);
            return null;
        });
    }

    private <T extends @Nullable Object> CompletableFuture<T> start(Supplier<T> call) {
        try {
            return CompletableFuture.supplyAsync(call, executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    new TemporaryFailureException("The executor took no more work; nothing was sent", true, null, e));
        }
    }
}
