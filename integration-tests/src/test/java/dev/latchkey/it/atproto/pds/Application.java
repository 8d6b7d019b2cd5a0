package dev.latchkey.it.atproto.pds;

import dev.latchkey.auth.AuthListener;
import dev.latchkey.auth.atproto.AtprotoClient;
import dev.latchkey.auth.atproto.AtprotoClientMetadata;
import dev.latchkey.auth.atproto.AtprotoIdentities;
import dev.latchkey.auth.atproto.ClientKeys;
import dev.latchkey.auth.atproto.TxtRecords;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.it.Transport;
import dev.latchkey.it.browser.CallbackReceiver;
import java.net.URI;
import java.time.Clock;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An application with a client of ours, on this machine. */
final class Application implements AutoCloseable {

    static final Scopes SCOPES = Scopes.of("atproto", "transition:generic");

    private static final URI CLIENT_ID = URI.create("https://" + PdsWorld.HOST + "/oauth/client-metadata.json");
    private static final URI LOOPBACK = URI.create("http://127.0.0.1/callback");

    final Wire wire;
    final AtprotoClient client;
    /** Whose sessions have ended, as the library tells. */
    final BlockingQueue<Account> ended = new LinkedBlockingQueue<>();

    private final PdsWorld world;
    private final TokenStore store;
    private final boolean loopback;

    private Application(
            PdsWorld world, Wire wire, TxtRecords dns, Clock clock, TokenStore store, AtprotoClientMetadata metadata) {
        this.world = world;
        this.wire = wire;
        this.store = store;
        this.loopback = metadata.redirectUris().contains(LOOPBACK);
        this.client = AtprotoClient.builder(wire)
                .metadata(metadata)
                .store(store)
                .clock(clock)
                .listener(new AuthListener() {
                    @Override
                    public void sessionEnded(Account account, OAuthException reason) {
                        ended.add(account);
                    }
                })
                .identities(AtprotoIdentities.builder(wire)
                        .clock(clock)
                        .plcDirectory(world.pds.directory())
                        .txtRecords(dns)
                        .dangerouslyAllowLoopback()
                        .build())
                .dangerouslyAllowLoopback()
                .build();
    }

    private Application(PdsWorld world, Transport kind, Clock clock, TokenStore store, AtprotoClientMetadata metadata) {
        this(world, world.wire(kind), world::txt, clock, store, metadata);
    }

    /** The client for development, which needs no document. */
    static Application development(PdsWorld world, Transport kind) {
        return development(world, kind, InMemoryTokenStore.create());
    }

    /** The same with a store. */
    static Application development(PdsWorld world, Transport kind, TokenStore store) {
        return new Application(world, kind, world.clock(), store, AtprotoClientMetadata.localhost(SCOPES, LOOPBACK));
    }

    /** The same, which asks for other scopes, and has another clock. */
    static Application development(PdsWorld world, Transport kind, Scopes scopes, Clock clock) {
        return new Application(
                world, kind, clock, InMemoryTokenStore.create(), AtprotoClientMetadata.localhost(scopes, LOOPBACK));
    }

    /** A web application that has keys, and its document at {@link PdsWorld#HOST}. */
    static Application confidential(PdsWorld world, Transport kind, ClientKeys keys, Clock clock) {
        return new Application(world, kind, clock, InMemoryTokenStore.create(), published(world, keys));
    }

    /** The same with the world's key and clock, and with a store. */
    static Application confidential(PdsWorld world, Transport kind, TokenStore store) {
        return new Application(world, kind, world.clock(), store, published(world, world.keys));
    }

    /** The same, which asks the world's DNS server and the hosts of handles itself. */
    static Application resolving(PdsWorld world, Transport kind) {
        return new Application(
                world,
                world.wireToHandles(kind),
                TxtRecords.at(world.dnsServer()),
                world.clock(),
                InMemoryTokenStore.create(),
                published(world, world.keys));
    }

    /** Serves its document, and gives it. */
    static AtprotoClientMetadata published(PdsWorld world, ClientKeys keys) {
        AtprotoClientMetadata metadata = metadata(keys);
        world.serve(CLIENT_ID.getPath(), AtprotoClientMetadata.MEDIA_TYPE, metadata.toJson());
        return metadata;
    }

    /** An application of its own, with a document of that name, which it serves from now on; a public one if it has no keys. */
    static Application named(PdsWorld world, Transport kind, String name, @Nullable ClientKeys keys, TokenStore store) {
        URI id = URI.create("https://" + PdsWorld.HOST + "/" + name + "/client-metadata.json");
        AtprotoClientMetadata.Builder document = document(id);
        AtprotoClientMetadata metadata = (keys == null ? document : document.keys(keys)).build();
        world.serve(id.getPath(), AtprotoClientMetadata.MEDIA_TYPE, metadata.toJson());
        return new Application(world, kind, world.clock(), store, metadata);
    }

    /** What the application is, in whatever process. */
    static AtprotoClientMetadata metadata(ClientKeys keys) {
        return document(CLIENT_ID).keys(keys).build();
    }

    private static AtprotoClientMetadata.Builder document(URI id) {
        return AtprotoClientMetadata.builder(id)
                .redirectUris(PdsWorld.CALLBACK)
                .scopes(SCOPES)
                .name("Somebody's application")
                .homepage(URI.create("https://" + PdsWorld.HOST));
    }

    /** The same application in a process of its own, which has seen nothing yet, over the same store. */
    Application elsewhere(Transport kind) {
        return elsewhere(kind, world.clock());
    }

    /** The same, on a machine with another clock. */
    Application elsewhere(Transport kind, Clock clock) {
        return new Application(world, kind, clock, store, client.metadata());
    }

    /** Signs somebody in, who does something in the browser. */
    SignIn signIn(String typed, Consumer<URI> person) {
        if (!loopback) {
            PendingAuthorization pending = client.authorize(typed);
            person.accept(pending.uri());
            return client.complete(world.callback(), pending.browserBinding());
        }
        try (CallbackReceiver receiver = CallbackReceiver.start()) {
            PendingAuthorization pending = client.authorize(
                    typed, receiver.redirectUri(), client.metadata().scopes(), "");
            person.accept(pending.uri());
            return client.complete(AuthorizationCallback.parse(receiver.await()), pending.browserBinding());
        }
    }

    /** Signs in who is named by what was typed, and lets the application in. */
    Account signIn(String typed, Person person) {
        return signIn(typed, page -> {
                    person.signIn(world.browser, page);
                    person.authorize(world.browser);
                })
                .account();
    }

    @Override
    public void close() {
        client.close();
        wire.close();
    }
}
