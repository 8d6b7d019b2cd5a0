package dev.latchkey.auth;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.BackChannelRequests;
import dev.latchkey.auth.protocol.MetadataResponses;
import dev.latchkey.auth.session.Flights;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The server's metadata: known, or fetched when it is first needed, by one thread for all, and again after a day.
 *
 * <p>A failure is not remembered. Whoever comes first fetches on its own thread, which is a flight's, so that no executor
 * can run out of threads over it.
 */
final class ServerDirectory {

    private static final Duration LIFETIME = Duration.ofHours(24);
    // Of a document with an address that is none, which may be right in the next moment.
    private static final Duration LIFETIME_IF_BROKEN = Duration.ofMinutes(1);

    private final Settings settings;
    private final AtomicReference<@Nullable CompletableFuture<AuthorizationServerMetadata>> fetching =
            new AtomicReference<>();
    private volatile @Nullable Fetched fetched;

    ServerDirectory(Settings settings) {
        this.settings = settings;
    }

    /** Tells the metadata if that takes no request. */
    @Nullable
    AuthorizationServerMetadata atHand() {
        AuthorizationServerMetadata known = settings.profile.discovery().known().orElse(null);
        if (known != null) {
            return known;
        }
        Fetched last = fetched;
        return last != null && settings.clock.instant().isBefore(last.until) ? last.metadata : null;
    }

    AuthorizationServerMetadata metadata() {
        AuthorizationServerMetadata atHand = atHand();
        if (atHand != null) {
            return atHand;
        }
        Supplier<AuthorizationServerMetadata> source =
                settings.profile.discovery().source().orElse(null);
        if (source != null) {
            return source.get();
        }
        CompletableFuture<AuthorizationServerMetadata> mine = new CompletableFuture<>();
        CompletableFuture<AuthorizationServerMetadata> theirs = fetching.compareAndExchange(null, mine);
        if (theirs != null) {
            return Flights.await(theirs, settings.timeout);
        }
        try {
            AuthorizationServerMetadata metadata = fetch();
            mine.complete(metadata);
            return metadata;
        } catch (Throwable e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            fetching.set(null);
        }
    }

    URI tokenEndpoint(AuthorizationServerMetadata server) {
        return server.tokenEndpoint().orElseThrow(() -> missing("token_endpoint", server));
    }

    static ConfigurationException missing(String endpoint, AuthorizationServerMetadata server) {
        String problem = server.problem(endpoint).orElse(null);
        return new ConfigurationException(
                endpoint,
                problem != null
                        ? "in the metadata of " + server.issuer() + " cannot be used: " + problem
                        : "is not in the metadata of " + server.issuer()
                                + "; the server does not offer this, or give the metadata by hand");
    }

    static ConfigurationException missing(String endpoint, AuthorizationServerMetadata server, String why) {
        return new ConfigurationException(endpoint, "is not used with " + server.issuer() + ", although " + why);
    }

    private AuthorizationServerMetadata fetch() {
        // Another thread may have fetched it between the look and the race.
        AuthorizationServerMetadata atHand = atHand();
        if (atHand != null) {
            return atHand;
        }
        Discovery discovery = settings.profile.discovery();
        Instant begin = settings.clock.instant();
        long start = System.nanoTime();
        URI location = discovery.location().orElseThrow(IllegalStateException::new);
        Answer answer = settings.backChannel.send(
                BackChannelRequests.metadata(location, settings.requestTimeout()), "metadata");
        AuthorizationServerMetadata metadata = MetadataResponses.decode(answer, discovery, settings.clock.instant());
        fetched = new Fetched(metadata, begin.plus(metadata.isWhole() ? LIFETIME : LIFETIME_IF_BROKEN));
        settings.tell(
                listener -> listener.metadataFetched(metadata.issuer(), Duration.ofNanos(System.nanoTime() - start)));
        return metadata;
    }

    private static final class Fetched {

        private final AuthorizationServerMetadata metadata;
        private final Instant until;

        Fetched(AuthorizationServerMetadata metadata, Instant until) {
            this.metadata = metadata;
            this.until = until;
        }
    }
}
