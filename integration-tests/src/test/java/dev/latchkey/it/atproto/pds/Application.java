package dev.latchkey.it.atproto.pds;

import dev.latchkey.auth.atproto.AtprotoClient;
import dev.latchkey.auth.atproto.AtprotoClientMetadata;
import dev.latchkey.auth.atproto.AtprotoIdentities;
import dev.latchkey.auth.atproto.ClientKeys;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.it.Transport;
import dev.latchkey.it.browser.CallbackReceiver;
import java.net.URI;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** An application with a client of ours, on this machine. */
final class Application implements AutoCloseable {

    static final Scopes SCOPES = Scopes.of("atproto", "transition:generic");

    private static final URI CLIENT_ID = URI.create("https://" + PdsWorld.HOST + "/oauth/client-metadata.json");
    private static final URI LOOPBACK = URI.create("http://127.0.0.1/callback");

    final Wire wire;
    final AtprotoClient client;
    private final PdsWorld world;
    private final TokenStore store;
    private final boolean loopback;

    private Application(PdsWorld world, Transport kind, Clock clock, TokenStore store, AtprotoClientMetadata metadata) {
        this.world = world;
        this.wire = world.wire(kind);
        this.store = store;
        this.loopback = metadata.redirectUris().contains(LOOPBACK);
        this.client = AtprotoClient.builder(wire)
                .metadata(metadata)
                .store(store)
                .clock(clock)
                .identities(AtprotoIdentities.builder(wire)
                        .plcDirectory(world.pds.directory())
                        .txtRecords(name -> world.people.stream()
                                .filter(each -> name.equals("_atproto." + each.handle()))
                                .map(each -> "did=" + each.did())
                                .collect(Collectors.toList()))
                        .dangerouslyAllowLoopback()
                        .build())
                .dangerouslyAllowLoopback()
                .build();
    }

    /** The client for development, which needs no document. */
    static Application development(PdsWorld world, Transport kind) {
        return development(world, kind, Application.SCOPES, Clock.systemUTC());
    }

    /** The same, which asks for other scopes, and has another clock. */
    static Application development(PdsWorld world, Transport kind, Scopes scopes, Clock clock) {
        return new Application(
                world, kind, clock, InMemoryTokenStore.create(), AtprotoClientMetadata.localhost(scopes, LOOPBACK));
    }

    /** A web application that has keys, and its document at {@link PdsWorld#HOST}. */
    static Application confidential(PdsWorld world, Transport kind, ClientKeys keys, Clock clock) {
        AtprotoClientMetadata metadata = AtprotoClientMetadata.builder(CLIENT_ID)
                .redirectUris(PdsWorld.CALLBACK)
                .scopes(SCOPES)
                .name("Somebody's application")
                .homepage(URI.create("https://" + PdsWorld.HOST))
                .keys(keys)
                .build();
        world.serve(CLIENT_ID.getPath(), AtprotoClientMetadata.MEDIA_TYPE, metadata.toJson());
        return new Application(world, kind, clock, InMemoryTokenStore.create(), metadata);
    }

    /** The same application in a process of its own, which has seen nothing yet, over the same store. */
    Application elsewhere(Transport kind) {
        return elsewhere(kind, Clock.systemUTC());
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
