package dev.latchkey.auth.dagger;

import dagger.Module;
import dagger.Provides;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.TokenStore;
import java.time.Clock;
import java.util.Objects;
import java.util.function.Function;
import javax.inject.Singleton;

/** Provides the {@link TokenStore}: the one in memory, or any other. */
@Module
public final class StoreModule {

    private final Function<Clock, TokenStore> factory;

    private StoreModule(Function<Clock, TokenStore> factory) {
        this.factory = factory;
    }

    /**
     * Sessions that end with the process, in memory, by the clock of the object graph.
     *
     * @return the module
     */
    public static StoreModule inMemory() {
        return new StoreModule(InMemoryTokenStore::create);
    }

    /**
     * A store that the application made, ours or of its own kind.
     *
     * @param store the store, which may serve other clients too
     * @return the module
     */
    public static StoreModule of(TokenStore store) {
        Objects.requireNonNull(store, "store");
        return new StoreModule(clock -> store);
    }

    @Provides
    @Singleton
    TokenStore store(Clock clock) {
        return factory.apply(clock);
    }
}
