package dev.latchkey.auth.dagger;

import dagger.Module;
import dagger.Provides;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.transport.apache.ApacheTransport;
import dev.latchkey.transport.jdk.JdkTransport;
import java.util.Objects;
import java.util.function.Function;
import javax.inject.Singleton;

/**
 * Provides the {@link HttpTransport}: one of ours, or any other. Which one is chosen while the program runs; the jar of a
 * transport that is not chosen may be missing.
 */
@Module
public final class TransportModule {

    private final Function<OwnedResources, HttpTransport> factory;

    private TransportModule(Function<OwnedResources, HttpTransport> factory) {
        this.factory = factory;
    }

    /**
     * The JDK's client with its safe defaults, closed with the object graph. It needs {@code latchkey-transport-jdk}.
     *
     * @return the module
     */
    public static TransportModule jdk() {
        return new TransportModule(resources -> resources.closing(JdkTransport.create()));
    }

    /**
     * Apache HttpClient with its safe defaults, closed with the object graph. It needs {@code latchkey-transport-apache}.
     *
     * @return the module
     */
    public static TransportModule apache() {
        return new TransportModule(resources -> resources.closing(ApacheTransport.create()));
    }

    /**
     * A transport that the application made, around its own client or of its own kind. It stays open when the object graph
     * is closed.
     *
     * @param transport the transport
     * @return the module
     */
    public static TransportModule of(HttpTransport transport) {
        Objects.requireNonNull(transport, "transport");
        return new TransportModule(resources -> transport);
    }

    @Provides
    @Singleton
    HttpTransport transport(OwnedResources resources) {
        return factory.apply(resources);
    }
}
