package dev.latchkey.auth.atproto;

import dev.latchkey.auth.AuthListener;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.spi.HttpTransport;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds accounts: from a handle or a DID to the DID, its document and its personal data server.
 *
 * <pre>{@code
 * AtprotoIdentities identities = AtprotoIdentities.create(ApacheTransport.create());
 * AtprotoIdentity alice = identities.resolve(Handle.of("@alice.bsky.social"));
 * }</pre>
 *
 * <p>All addresses but the directory's come from strangers: the transport must honour address policies. Calls block, each
 * request for the time-out at most. What was found is remembered for a few minutes; failures are not. Safe for use by any
 * number of threads.
 */
public final class AtprotoIdentities {

    private static final Duration SOON = Duration.ofMinutes(1);

    private final StrangersDocuments web;
    private final HandleResolution handles;
    private final DidDocuments documents;
    private final BoundedCache<Object, AtprotoIdentity> cache;
    private final Clock clock;
    private final Duration lifetime;
    private final AuthListener listener;

    private AtprotoIdentities(Builder builder) {
        this.web = StrangersDocuments.over(builder.transport, builder.development, builder.timeout);
        URI service = builder.handleService == null ? null : builder.origin(builder.handleService, "handleService");
        this.handles = new HandleResolution(builder.txtRecords.get(), web, builder.executor, builder.timeout, service);
        this.documents = new DidDocuments(web, builder.origin(builder.plcDirectory, "plcDirectory"));
        this.cache = new BoundedCache<>(builder.clock, builder.lifetime, Builder.CAPACITY);
        this.clock = builder.clock;
        this.lifetime = builder.lifetime;
        this.listener = builder.listener;
    }

    /**
     * Makes one with what is usual.
     *
     * @param transport sends the requests; it must honour address policies
     * @return the finder
     * @throws ConfigurationException if the transport does not
     */
    public static AtprotoIdentities create(HttpTransport transport) {
        return builder(transport).build();
    }

    /**
     * Starts one.
     *
     * @param transport sends the requests; it must honour address policies
     * @return a builder
     */
    public static Builder builder(HttpTransport transport) {
        return new Builder(transport);
    }

    /**
     * Finds out what a user has typed: a handle, a DID, or the address of a server.
     *
     * <p>A server is an address with its scheme ({@code https://pds.example.com}) or a host with its port; a bare name is a handle.
     * An account that was named by its DID has its handle only if that is known already: a sign-in need not wait for its confirmation.
     *
     * @param input what was typed
     * @return the account, or the server without having asked it anything
     * @throws ConfigurationException if it is nothing of these, or nobody's
     * @throws InvalidResponseException if what was published about the account cannot be true
     * @throws TemporaryFailureException if the DNS, the directory or a host does not answer now
     */
    public AtprotoStart resolve(String input) {
        return resolve(input, null);
    }

    /**
     * Starts to look up the handle that a user has typed, and waits for nothing.
     *
     * @return its DID; null inside if there is nothing to look up before {@link #resolve(String, Did)} is asked
     */
    CompletableFuture<@Nullable Did> start(String input) {
        String text = text(input);
        if (text.indexOf(':') >= 0) {
            return CompletableFuture.completedFuture(null);
        }
        try {
            Handle handle = parsed(Handle::of, text, "handle");
            return cache.get(handle) != null ? CompletableFuture.completedFuture(null) : handles.start(handle);
        } catch (ConfigurationException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    // What is copied from a page brings marks of direction and of no width, which nobody sees.
    private static String text(String input) {
        String typed =
                Objects.requireNonNull(input, "input").replaceAll("\\p{Cf}", "").trim();
        return typed.startsWith("at://") ? typed.substring("at://".length()) : typed;
    }

    /** Does the same for a handle that has been looked up already, if it is one. */
    AtprotoStart resolve(String input, @Nullable Did found) {
        String text = text(input);
        if (text.startsWith("did:")) {
            Did did = parsed(Did::of, text, "did");
            return AtprotoStart.at(unconfirmed(did), did.toString());
        }
        if (text.indexOf(':') >= 0) {
            return AtprotoStart.at(server(text));
        }
        Handle handle = parsed(Handle::of, text, "handle");
        return AtprotoStart.at(resolve(handle, found), handle.toString());
    }

    /**
     * Finds an account by its handle, which must lead to the account and back.
     *
     * @param handle the handle
     * @return the account, found less than ten minutes ago
     * @throws ConfigurationException if the handle is nobody's
     * @throws InvalidResponseException if what was published about the account cannot be true
     * @throws TemporaryFailureException if the DNS, the directory or a host does not answer now
     */
    public AtprotoIdentity resolve(Handle handle) {
        return resolve(handle, null);
    }

    private AtprotoIdentity resolve(Handle handle, @Nullable Did found) {
        long begin = System.nanoTime();
        AtprotoIdentity known = cache.get(handle);
        if (known != null) {
            tell(handle, true, begin);
            return known;
        }
        Instant since = clock.instant();
        DidDocument document = documents.fetch(found == null ? handles.resolve(handle) : found);
        if (document.claimedHandle().filter(handle::equals).isEmpty()) {
            throw new InvalidResponseException(
                    "alsoKnownAs",
                    host(document.id()),
                    "the handle " + handle + " leads to " + document.id()
                            + ", which does not call itself so; sign in with the"
                            + " DID, or have the handle set right");
        }
        AtprotoIdentity identity = identity(document, handle);
        cache.put(handle, identity, since);
        cache.put(identity.did(), identity, since);
        tell(handle, false, begin);
        return identity;
    }

    /**
     * Finds an account by its DID. An account whose handle is broken is still an account, without a handle.
     *
     * @param did the DID
     * @return the account, found less than ten minutes ago
     * @throws ConfigurationException if the DID is nobody's, or of a kind that accounts do not have
     * @throws InvalidResponseException if what was published about the account cannot be true
     * @throws TemporaryFailureException if the directory or the DID's host does not answer now
     */
    public AtprotoIdentity resolve(Did did) {
        long begin = System.nanoTime();
        AtprotoIdentity known = cache.get(did);
        if (known != null) {
            tell(did, true, begin);
            return known;
        }
        Instant since = clock.instant();
        DidDocument document = documents.fetch(did);
        try {
            AtprotoIdentity identity = identity(document, confirmedHandle(document));
            cache.put(did, identity, since);
            tell(did, false, begin);
            return identity;
        } catch (TemporaryFailureException e) {
            // Not for long: it may have a handle the next time.
            AtprotoIdentity nameless = identity(document, null);
            cache.put(did, nameless, since.minus(lifetime).plus(lifetime.compareTo(SOON) < 0 ? lifetime : SOON));
            return nameless;
        }
    }

    private AtprotoIdentity unconfirmed(Did did) {
        long begin = System.nanoTime();
        AtprotoIdentity known = cache.get(did);
        AtprotoIdentity nameless = known != null ? known : cache.get(did.toString());
        if (nameless != null) {
            tell(did, true, begin);
            return nameless;
        }
        Instant since = clock.instant();
        AtprotoIdentity found = resolveFresh(did);
        cache.put(did.toString(), found, since);
        tell(did, false, begin);
        return found;
    }

    private @Nullable Handle confirmedHandle(DidDocument document) {
        Handle claimed = document.claimedHandle().orElse(null);
        try {
            return claimed != null && handles.resolve(claimed).equals(document.id()) ? claimed : null;
        } catch (ConfigurationException | InvalidResponseException e) {
            return null;
        }
    }

    /**
     * Finds out where an account is at this moment, as is due before anybody is believed to be it. Takes one request, and does not
     * ask the cache, which forgets what is no longer so.
     *
     * @param did the DID
     * @return the account, whose handle was not checked and is therefore absent
     * @throws ConfigurationException if the DID is nobody's, or of a kind that accounts do not have
     * @throws InvalidResponseException if what was published about the account cannot be true
     * @throws TemporaryFailureException if the directory or the DID's host does not answer now
     */
    public AtprotoIdentity resolveFresh(Did did) {
        return fresh(documents.fetch(Objects.requireNonNull(did, "did")));
    }

    // Whoever signs in next, by whatever name, must not be sent where the account was.
    private AtprotoIdentity fresh(DidDocument document) {
        AtprotoIdentity now = identity(document, null);
        cache.removeIf(known -> known.did().equals(now.did())
                && !(known.pds().equals(now.pds())
                        && known.handle().filter(claims(document).negate()).isEmpty()));
        return now;
    }

    private static Predicate<Handle> claims(DidDocument document) {
        return handle -> document.claimedHandle().filter(handle::equals).isPresent();
    }

    /** Forgets an account, under every name. */
    void forget(Did did) {
        cache.removeIf(known -> known.did().equals(did));
    }

    /** Forgets what is remembered under what somebody typed, and of whoever that was. */
    void forget(String input) {
        String typed = text(input);
        // As handles are read.
        String text = typed.startsWith("@") ? typed.substring(1) : typed;
        cache.removeIf(known -> known.did().toString().equals(text)
                || known.handle()
                        .map(Handle::toString)
                        .filter(text::equalsIgnoreCase)
                        .isPresent());
    }

    /**
     * Fetches a document of any DID, also of one that has no personal data server, such as a labeler's or a feed's.
     *
     * @param did the DID
     * @return its document, as it is at this moment; nothing in it is checked but its {@code id}
     * @throws ConfigurationException if the DID is nobody's, or of a kind that accounts do not have
     * @throws InvalidResponseException if the document is another DID's, or no JSON object
     * @throws TemporaryFailureException if the directory or the DID's host does not answer now
     */
    public DidDocument document(Did did) {
        return documents.fetch(Objects.requireNonNull(did, "did"));
    }

    /**
     * Does the same, for an account that there was once.
     *
     * @return nothing if the directory says that the account is no more. Whoever has no document may have lost it
     */
    Optional<AtprotoIdentity> findFresh(Did did) {
        Optional<AtprotoIdentity> found = documents.find(did).map(this::fresh);
        if (found.isEmpty()) {
            if (!did.method().equals("plc")) {
                // Its host may have a bad day, and no status of it says that an account is no more.
                throw new TemporaryFailureException(
                        documents.location(did).getHost() + " has no document of " + did + ", which it had",
                        true,
                        null,
                        null);
            }
            documents.requireGone(did);
            cache.removeIf(known -> known.did().equals(did));
        }
        return found;
    }

    private AtprotoIdentity identity(DidDocument document, @Nullable Handle handle) {
        String endpoint = document.pdsEndpoint()
                .orElseThrow(() -> new InvalidResponseException(
                        "service",
                        host(document.id()),
                        "names no personal data server (#atproto_pds) for " + document.id()));
        URI pds = ServerOrigin.read(endpoint, web.development())
                .orElseThrow(() -> new InvalidResponseException(
                        "serviceEndpoint",
                        host(document.id()),
                        "the personal data server must be an https address of a host alone"));
        return new AtprotoIdentity(document, handle, pds);
    }

    boolean allowsLoopback() {
        return web.development();
    }

    /** A listener that throws must cost nobody a sign-in. */
    private void tell(Object name, boolean remembered, long begin) {
        try {
            listener.identityResolved(name.toString(), remembered, Duration.ofNanos(System.nanoTime() - begin));
        } catch (Throwable e) {
            System.getLogger(AtprotoIdentities.class.getName()).log(System.Logger.Level.DEBUG, "A listener failed", e);
        }
    }

    String host(Did did) {
        return documents.location(did).getHost();
    }

    private URI server(String text) {
        // A host with its port, as one types it: on this machine and in development, nobody has a certificate.
        boolean bare = !text.contains("://");
        String host = text.substring(0, Math.max(0, text.lastIndexOf(':')));
        boolean local = web.development() && ServerOrigin.isLoopback(host);
        Optional<URI> origin =
                ServerOrigin.read((bare ? local ? "http://" : "https://" : "") + text, web.development());
        return origin.orElseThrow(() -> new ConfigurationException(
                "server",
                "must be an https address of a host alone, such as https://pds.example.com"
                        + ServerOrigin.hint(text, web.development())));
    }

    private static <T> T parsed(Function<String, T> parser, String text, String field) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(field, String.valueOf(e.getMessage()), null, e);
        }
    }

    /** Collects the parts. Not safe for use by several threads. */
    public static final class Builder {

        // Heard by tests.
        Consumer<String> warning =
                text -> System.getLogger(AtprotoIdentities.class.getName()).log(System.Logger.Level.WARNING, text);
        private static final int CAPACITY = 1000;
        private static final Duration LONGEST_LIFETIME = Duration.ofMinutes(10);

        private final HttpTransport transport;
        private Supplier<TxtRecords> txtRecords = TxtRecords::system;
        private URI plcDirectory = URI.create("https://plc.directory");
        private @Nullable URI handleService;
        private Clock clock = Clock.systemUTC();
        private Executor executor = Builder::onAThreadOfItsOwn;
        private AuthListener listener = new AuthListener() {};
        private Duration timeout = Duration.ofSeconds(5);
        private Duration lifetime = Duration.ofMinutes(5);
        private boolean development;

        private Builder(HttpTransport transport) {
            this.transport = Objects.requireNonNull(transport, "transport");
        }

        static void onAThreadOfItsOwn(Runnable lookUp) {
            Thread thread = new Thread(null, lookUp, "latchkey-handle", 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            thread.start();
        }

        /**
         * Looks handles up in the DNS by other means than the JDK's.
         *
         * @param records the look-up
         * @return this builder
         */
        public Builder txtRecords(TxtRecords records) {
            Objects.requireNonNull(records, "records");
            this.txtRecords = () -> records;
            return this;
        }

        /**
         * Asks another directory for the documents of {@code did:plc} than plc.directory. The address policy holds for it too.
         *
         * @param directory its origin
         * @return this builder
         */
        public Builder plcDirectory(URI directory) {
            this.plcDirectory = Objects.requireNonNull(directory, "directory");
            return this;
        }

        /**
         * Has a server find the DIDs of handles ({@code com.atproto.identity.resolveHandle}), instead of the DNS and the handles' own
         * hosts. Where a handle leads must lead back to it all the same. For personal data servers in development, whose handles
         * are in no DNS, and for machines that reach neither.
         *
         * @param server its origin
         * @return this builder
         */
        public Builder handleService(URI server) {
            this.handleService = Objects.requireNonNull(server, "server");
            return this;
        }

        /**
         * Sets the clock that tells how old an answer is.
         *
         * @param clock the clock
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Sets what runs the two look-ups of a handle, at the same time if it can. By default each has a thread of its own.
         *
         * @param executor the executor
         * @return this builder
         */
        public Builder executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Sets who is told of accounts that were found.
         *
         * @param listener the listener
         * @return this builder
         */
        public Builder listener(AuthListener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Bounds each request, and the look-up of a handle as a whole.
         *
         * @param timeout a positive duration; five seconds by default
         * @return this builder
         */
        public Builder timeout(Duration timeout) {
            this.timeout = positive(timeout, "timeout");
            return this;
        }

        /**
         * Sets how long an account is remembered.
         *
         * @param lifetime a positive duration of less than ten minutes; five by default
         * @return this builder
         */
        public Builder rememberFor(Duration lifetime) {
            if (positive(lifetime, "rememberFor").compareTo(LONGEST_LIFETIME) >= 0) {
                throw new ConfigurationException("rememberFor", "must be less than ten minutes");
            }
            this.lifetime = lifetime;
            return this;
        }

        /**
         * Lets everything be on this machine, for tests: loopback addresses, plain http on them, handles under {@code .test},
         * and {@code did:web:localhost} with a port. That it was called is logged as a warning.
         *
         * @return this builder
         */
        public Builder dangerouslyAllowLoopback() {
            this.development = true;
            return this;
        }

        /**
         * Finishes.
         *
         * @return the finder
         * @throws ConfigurationException if the transport does not honour address policies, or the directory has no https address
         */
        public AtprotoIdentities build() {
            if (development) {
                warning.accept(
                        "Accounts and servers may be on this machine, without TLS: dangerouslyAllowLoopback() is for"
                                + " tests alone");
            }
            return new AtprotoIdentities(this);
        }

        private URI origin(URI address, String field) {
            return ServerOrigin.read(address.toString(), development)
                    .orElseThrow(() -> new ConfigurationException(
                            field,
                            "must be an https address of a host alone (" + address.getHost() + ")"
                                    + ServerOrigin.hint(address.toString(), development)));
        }

        static Duration positive(Duration duration, String field) {
            if (duration.isNegative() || duration.isZero()) {
                throw new ConfigurationException(field, "must be positive");
            }
            return duration;
        }
    }
}
