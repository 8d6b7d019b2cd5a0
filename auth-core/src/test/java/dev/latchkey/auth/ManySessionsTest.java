package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.token.TokenOptions;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A client that serves many users keeps nothing of those who are gone, but in its bounded memory. */
class ManySessionsTest extends WithSessions {

    private static final int SESSIONS = 100_000;
    private static final int CALLERS = 4;
    private static final int BOUND = 1_000;

    private final AtomicInteger granted = new AtomicInteger();

    // Not the scripted transport, which remembers every request.
    private final HttpTransport server = request -> {
        int number = granted.incrementAndGet();
        String json = granted("t" + number, ",\"refresh_token\":\"r" + number + "\"");
        return TransportResponse.of(
                200,
                TransportHeaders.builder()
                        .add("Content-Type", "application/json")
                        .build(),
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                () -> {});
    };

    @Test
    void aHundredThousandSessionsLeaveNeitherFlightsNorThreadsAndNoMoreTokensThanTheBound() throws Exception {
        OAuthClient client = builder(server, store)
                .executor(new ThreadPerFlight())
                .sessionsInMemory(BOUND)
                .build();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try {
            List<Future<?>> parts = new ArrayList<>();
            for (int part = 0; part < CALLERS; part++) {
                int first = part;
                parts.add(callers.submit(() -> {
                    for (int i = first; i < SESSIONS; i += CALLERS) {
                        Account account = signInWith(client, "user" + i);
                        assertThat(client.tokens(account, READ)
                                        .get(TokenOptions.NONE.forceRefresh())
                                        .isSaved())
                                .isTrue();
                    }
                }));
            }
            for (Future<?> part : parts) {
                part.get();
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(granted).hasValue(2 * SESSIONS);
        assertThat(store.size()).isEqualTo(SESSIONS);
        awaitFlights();

        Map<String, Integer> held = HeldInMemory.by(client, store, server, clock);

        assertThat(held)
                .containsKeys("Flights.flights", "Flights.tails", "SessionStore.unused", "UnsavedSessions.held");
        assertThat(held).as("what is under way").allSatisfy((name, size) -> {
            if (name.startsWith("Flights.")
                    || name.startsWith("SessionStore.")
                    || name.startsWith("UnsavedSessions.")) {
                assertThat(size).as(name).isZero();
            }
        });
        assertThat(held.get("TokenMemory.sessions")).isBetween(1, BOUND);
        assertThat(held.get("TokenMemory.byStoreKey")).isBetween(1, BOUND);
        assertThat(held)
                .as("anything else that grows")
                .allSatisfy((name, size) -> assertThat(size).as(name).isLessThanOrEqualTo(BOUND));
        client.close();
    }

    /** Whoever waits for a flight goes on a little before its thread ends. */
    private static void awaitFlights() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("latchkey-flight")) {
                thread.join(10_000);
                assertThat(thread.isAlive()).as("a flight's thread remains").isFalse();
            }
        }
    }
}
