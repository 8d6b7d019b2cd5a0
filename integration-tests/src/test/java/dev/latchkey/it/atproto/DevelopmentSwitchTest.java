package dev.latchkey.it.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.atproto.AtprotoClient;
import dev.latchkey.auth.atproto.AtprotoClientBuilder;
import dev.latchkey.auth.atproto.AtprotoClientMetadata;
import dev.latchkey.auth.atproto.AtprotoIdentities;
import dev.latchkey.auth.atproto.AtprotoServers;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.transport.jdk.JdkTransport;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The switch for tests, as an application's log has it: once for each thing that was built with it. */
final class DevelopmentSwitchTest {

    private final HttpTransport transport = JdkTransport.create();
    private final Logger log = Logger.getLogger("dev.latchkey.auth.atproto");
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            records.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        log.addHandler(handler);
    }

    @AfterEach
    void close() {
        log.removeHandler(handler);
        transport.close();
    }

    private void saidOnce() {
        assertThat(records).singleElement().satisfies(entry -> {
            assertThat(entry.getLevel()).isEqualTo(Level.WARNING);
            assertThat(entry.getMessage()).contains("dangerouslyAllowLoopback() is for tests alone");
        });
        records.clear();
    }

    private AtprotoClientBuilder client() {
        return AtprotoClient.builder(transport)
                .metadata(
                        AtprotoClientMetadata.localhost(Scopes.of("atproto"), URI.create("http://127.0.0.1/callback")));
    }

    @Test
    void eachFinderSaysSo() {
        assertThat(AtprotoServers.builder(transport).dangerouslyAllowLoopback().build())
                .isNotNull();
        saidOnce();
        assertThat(AtprotoIdentities.builder(transport)
                        .dangerouslyAllowLoopback()
                        .build())
                .isNotNull();
        saidOnce();
    }

    @Test
    void aClientSaysSoOnceWhoeverBuiltItsFinder() {
        assertThat(client().dangerouslyAllowLoopback().build()).isNotNull();
        saidOnce();
        AtprotoIdentities identities =
                AtprotoIdentities.builder(transport).dangerouslyAllowLoopback().build();
        assertThat(client().identities(identities).dangerouslyAllowLoopback().build())
                .isNotNull();
        saidOnce();
    }

    @Test
    void nobodySaysSoWithoutIt() {
        assertThat(client().build()).isNotNull();
        assertThat(AtprotoServers.create(transport)).isNotNull();
        assertThat(records).isEmpty();
    }
}
