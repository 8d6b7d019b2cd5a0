package dev.latchkey.auth.dagger;

import dagger.Module;
import dagger.Provides;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TokenStore;
import java.time.Clock;
import javax.inject.Singleton;

/**
 * Provides the {@link OAuthClient}, from a {@link ClientConfiguration} and the ports that other modules provide. An
 * application's own component can take this module and modules of its own beside it.
 */
@Module
public final class ClientModule {

    private ClientModule() {}

    @Provides
    @Singleton
    static OwnedResources resources() {
        return new OwnedResources();
    }

    @Provides
    @Singleton
    static OAuthClient client(
            ClientConfiguration configuration,
            HttpTransport transport,
            TokenStore store,
            Clock clock,
            OwnedResources resources) {
        OAuthClientBuilder builder = OAuthClient.builder(transport).store(store).clock(clock);
        return resources.closing(configuration.applyTo(builder).build());
    }
}
