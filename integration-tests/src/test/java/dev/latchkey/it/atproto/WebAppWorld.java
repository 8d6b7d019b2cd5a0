package dev.latchkey.it.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.atproto.AtprotoClient;
import dev.latchkey.auth.atproto.AtprotoClientMetadata;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.examples.atproto.AtprotoWebApp;
import dev.latchkey.it.Transport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Optional;

/** The example web application in a laboratory of its own, and what browsers do there. */
final class WebAppWorld implements AutoCloseable {

    static final Scopes SCOPES = Scopes.of("atproto", "transition:generic");
    static final URI PUBLIC = URI.create("https://app.test");

    final World world = new World();
    final FailingStore store = new FailingStore();
    AtprotoClient client = client(AtprotoClientMetadata.localhost(SCOPES, URI.create("http://127.0.0.1/callback")));
    AtprotoWebApp app = start(Optional.empty());
    final WebAppBrowser browser = new WebAppBrowser(app.port());

    AtprotoClient client(AtprotoClientMetadata metadata) {
        return AtprotoClient.builder(world.transport(Transport.JDK))
                .metadata(metadata)
                .identities(world.identities(Transport.JDK))
                .store(store)
                .clock(world.clock)
                .dangerouslyAllowLoopback()
                .build();
    }

    AtprotoWebApp start(Optional<URI> publicAddress) {
        try {
            return AtprotoWebApp.start(client, 0, publicAddress);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        app.close();
        client.close();
        world.close();
    }

    /** Goes to the account's server and back, and opens what the browser is sent to. */
    HttpResponse<String> signIn(WebAppBrowser browser, String typed) {
        return browser.get(callback(browser, typed));
    }

    String callback(WebAppBrowser browser, String typed) {
        HttpResponse<String> login = browser.post("/login", "handle", typed);
        assertThat(login.statusCode()).as(login.body()).isEqualTo(303);
        URI back = Browser.visit(world.lab, URI.create(location(login)));
        assertThat(back.getPath()).isEqualTo("/callback");
        return back.getPath() + "?" + back.getRawQuery();
    }

    static String location(HttpResponse<String> response) {
        return response.headers().firstValue("Location").orElseThrow();
    }

    static void isProblem(HttpResponse<String> response, int status, String sentence) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.body()).contains("role=\"alert\"").contains(sentence);
    }

    /** Memory that fails for a while, as a disk does, or breaks, as a program does. */
    static final class FailingStore implements TokenStore {

        private final TokenStore memory = InMemoryTokenStore.create();
        volatile boolean fails;
        volatile boolean breaks;

        private void look() throws TokenStoreException {
            if (fails) {
                throw new TokenStoreException("the disk is away", null);
            }
            if (breaks) {
                throw new IllegalStateException("the store is broken");
            }
        }

        @Override
        public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
            look();
            return memory.find(key);
        }

        @Override
        public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
                throws TokenStoreException {
            look();
            return memory.replace(key, expected, record);
        }

        @Override
        public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
            look();
            return memory.remove(key, expected);
        }

        @Override
        public KeyPage keys(String partition, String cursor, int limit) throws TokenStoreException {
            look();
            return memory.keys(partition, cursor, limit);
        }
    }
}
