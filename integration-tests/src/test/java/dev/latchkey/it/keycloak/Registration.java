package dev.latchkey.it.keycloak;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.dagger.ClientConfiguration;
import dev.latchkey.auth.dagger.ClockModule;
import dev.latchkey.auth.dagger.LatchkeyComponent;
import dev.latchkey.auth.dagger.StoreModule;
import dev.latchkey.auth.dagger.TransportModule;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TokenStore;
import java.time.Clock;
import java.util.function.UnaryOperator;

/** A client of the realm, from which an object graph is made for each test. Immutable. */
final class Registration {

    private final HttpTransport transport;
    private final ClientConfiguration configuration;
    private final StoreModule store;
    private final ClockModule clock;

    Registration(HttpTransport transport, ClientConfiguration configuration) {
        this(transport, configuration, StoreModule.inMemory(), new ClockModule());
    }

    private Registration(
            HttpTransport transport, ClientConfiguration configuration, StoreModule store, ClockModule clock) {
        this.transport = transport;
        this.configuration = configuration;
        this.store = store;
        this.clock = clock;
    }

    Registration with(UnaryOperator<OAuthClientBuilder> choices) {
        return new Registration(transport, configuration.with(choices), store, clock);
    }

    Registration store(TokenStore other) {
        return new Registration(transport, configuration, StoreModule.of(other), clock);
    }

    Registration clock(Clock other) {
        return new Registration(transport, configuration, store, ClockModule.of(other));
    }

    /** The client, which holds nothing that needs closing but itself: the transport is the test's. */
    OAuthClient client() {
        return LatchkeyComponent.builder()
                .configuration(configuration)
                .transport(TransportModule.of(transport))
                .store(store)
                .clock(clock)
                .build()
                .client();
    }
}
