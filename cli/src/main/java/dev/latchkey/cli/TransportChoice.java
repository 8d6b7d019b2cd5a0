package dev.latchkey.cli;

import dev.latchkey.auth.dagger.ClientConfiguration;
import dev.latchkey.auth.dagger.ClockModule;
import dev.latchkey.auth.dagger.LatchkeyComponent;
import dev.latchkey.auth.dagger.StoreModule;
import dev.latchkey.auth.dagger.TransportModule;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.transport.apache.ApacheTransport;
import dev.latchkey.transport.jdk.JdkTransport;
import java.time.Clock;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** The HTTP clients to choose from, and the object graph of a client over one of them. */
enum TransportChoice {
    JDK {
        @Override
        HttpTransport open(Optional<SSLContext> tls) {
            return tls.map(JdkTransport::create).orElseGet(JdkTransport::create);
        }
    },
    APACHE {
        @Override
        HttpTransport open(Optional<SSLContext> tls) {
            return tls.map(ApacheTransport::create).orElseGet(ApacheTransport::create);
        }
    };

    abstract HttpTransport open(Optional<SSLContext> tls);

    /** A client with a transport of its own, which is closed with it. */
    LatchkeyComponent wire(ClientConfiguration client, Optional<SSLContext> tls, StoreModule store, Clock clock) {
        HttpTransport transport = open(tls);
        LatchkeyComponent graph = wire(client, transport, store, clock);
        graph.resources().closing(transport);
        return graph;
    }

    /** A client over a transport that others use too. */
    static LatchkeyComponent wire(ClientConfiguration client, HttpTransport transport, StoreModule store, Clock clock) {
        return LatchkeyComponent.builder()
                .configuration(client)
                .transport(TransportModule.of(transport))
                .store(store)
                .clock(ClockModule.of(clock))
                .build();
    }
}
