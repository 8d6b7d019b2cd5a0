package dev.latchkey.auth.dagger;

import dagger.BindsInstance;
import dagger.Component;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TokenStore;
import java.time.Clock;
import javax.inject.Singleton;

/**
 * The object graph of one client.
 *
 * <pre>{@code
 * try (LatchkeyComponent latchkey = LatchkeyComponent.builder()
 *         .configuration(ClientConfiguration.of(Entra.tenant(tenantId), clientId, authentication))
 *         .transport(TransportModule.jdk())
 *         .store(StoreModule.of(myStore))
 *         .build()) {
 *     TokenSource tokens = latchkey.client().clientCredentials(Entra.graphDefault());
 * }
 * }</pre>
 *
 * <p>Each object is made when it is first asked for, and once. Closing the component closes what it made: the client
 * first, then a transport of its own. Safe for use by any number of threads at once.
 */
@Singleton
@Component(modules = {ClientModule.class, TransportModule.class, StoreModule.class, ClockModule.class})
public interface LatchkeyComponent extends AutoCloseable {

    /**
     * Starts a component.
     *
     * @return a builder
     */
    static Builder builder() {
        return DaggerLatchkeyComponent.builder();
    }

    /**
     * Gives the client.
     *
     * @return the client, the same at every call
     */
    OAuthClient client();

    /**
     * Gives the transport that the client uses, for an API's calls with its tokens.
     *
     * @return the transport
     */
    HttpTransport transport();

    /**
     * Gives the store that the client uses.
     *
     * @return the store
     */
    TokenStore store();

    /**
     * Gives the clock that the client goes by.
     *
     * @return the clock
     */
    Clock clock();

    /**
     * Gives what this component made and closes.
     *
     * @return the resources, to which an application may add its own
     */
    OwnedResources resources();

    /** Closes what this component made, and leaves open what it was given. */
    @Override
    default void close() {
        resources().close();
    }

    /** Collects what the graph is made of. Not safe for use by several threads. */
    @Component.Builder
    interface Builder {

        /**
         * Says what the client is. Required.
         *
         * @param configuration the configuration
         * @return this builder
         */
        @BindsInstance
        Builder configuration(ClientConfiguration configuration);

        /**
         * Says how requests are sent. Required.
         *
         * @param transport the module
         * @return this builder
         */
        Builder transport(TransportModule transport);

        /**
         * Says where sessions are kept. Required.
         *
         * @param store the module
         * @return this builder
         */
        Builder store(StoreModule store);

        /**
         * Says what time it is; the system's clock by default.
         *
         * @param clock the module
         * @return this builder
         */
        Builder clock(ClockModule clock);

        /**
         * Finishes the graph, without making any of its objects.
         *
         * @return the component
         * @throws IllegalStateException if something required is missing; it names it
         */
        LatchkeyComponent build();
    }
}
