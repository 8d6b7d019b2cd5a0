package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Flights run on the executor, whatever becomes of callers, executor and client. */
class ClientFlightsTest extends WithSessions {

    @Test
    void aFlightRunsOnTheExecutorAndAnInterruptedWaiterCancelsNothing() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        List<Thread> flights = java.util.Collections.synchronizedList(new ArrayList<>());
        transport.onPost("/token").alwaysAnswers(request -> {
            flights.add(Thread.currentThread());
            arrived.countDown();
            await(answer);
            return Answer.json(200, granted("one", ""));
        });
        TokenSource tokens = builder(transport, store)
                .executor(new ThreadPerFlight())
                .build()
                .clientCredentials(READ);
        List<OAuthException> seen = java.util.Collections.synchronizedList(new ArrayList<>());
        Thread waiter = new Thread(() -> {
            try {
                tokens.token();
            } catch (OAuthException e) {
                seen.add(e);
            }
        });
        waiter.start();
        await(arrived);
        waiter.interrupt();
        waiter.join(10_000);
        assertThat(seen).singleElement().isInstanceOf(TemporaryFailureException.class);

        answer.countDown();
        assertThat(tokens.token().reveal()).isEqualTo("one");
        assertThat(transport.requests()).hasSize(1);
        assertThat(flights).doesNotContain(waiter, Thread.currentThread());
        assertThat(flights.get(0).isDaemon()).isTrue();
        assertThat(flights.get(0).getContextClassLoader()).isNull();
    }

    @Test
    void aClosedClientWaitsForItsFlightsAndStartsNoMore() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        transport.onPost("/token").alwaysAnswers(request -> {
            arrived.countDown();
            await(answer);
            return Answer.json(200, granted("one", ""));
        });
        OAuthClient client = client();
        TokenSource tokens = client.clientCredentials(READ);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            Future<AccessToken> token = pool.submit(tokens::token);
            await(arrived);
            Future<?> closing = pool.submit(client::close);
            answer.countDown();
            closing.get(10, TimeUnit.SECONDS);
            assertThat(token.get(10, TimeUnit.SECONDS).reveal()).isEqualTo("one");
        } finally {
            pool.shutdownNow();
        }
        assertThat(tokens.token().reveal()).as("what is at hand stays at hand").isEqualTo("one");
        assertThatThrownBy(() -> client.clientCredentials(WRITE).token())
                .isInstanceOf(dev.latchkey.auth.error.ConfigurationException.class)
                .hasMessageContaining("closed");
        assertThat(transport.isClosed()).isFalse();
    }

    @Test
    void anExecutorThatTakesNoWorkIsATemporaryFailureAndTheNextCallMayGoOn() {
        AtomicInteger calls = new AtomicInteger();
        OAuthClient client = builder(transport, store)
                .executor(work -> {
                    if (calls.getAndIncrement() == 0) {
                        throw new java.util.concurrent.RejectedExecutionException("full");
                    }
                    new Thread(work).start();
                })
                .build();
        transport.answers(200, "application/json", granted("one", ""));
        assertThatThrownBy(() -> client.clientCredentials(READ).token()).isInstanceOf(TemporaryFailureException.class);
        assertThat(client.clientCredentials(READ).token().reveal()).isEqualTo("one");
    }

    @Test
    void aThreadThatCannotBeMadeDoesNotWedgeTheSession() {
        AtomicInteger calls = new AtomicInteger();
        OAuthClient client = builder(transport, store)
                .executor(work -> {
                    if (calls.getAndIncrement() == 0) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    new Thread(work).start();
                })
                .build();
        transport.answers(200, "application/json", granted("one", ""));
        TokenSource tokens = client.clientCredentials(READ);
        assertThatThrownBy(tokens::token).isInstanceOf(TemporaryFailureException.class);
        assertThat(tokens.token().reveal()).isEqualTo("one");
    }

    @Test
    void anExecutorWithOneThreadIsEnoughForDiscoveryAndToken() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        try {
            transport
                    .onGet("/.well-known/openid-configuration")
                    .answers(
                            200,
                            "application/json",
                            "{\"issuer\":\"https://issuer.example\",\"token_endpoint\":\"https://issuer.example/token\"}");
            transport.onPost("/token").alwaysAnswers(request -> Answer.json(200, granted("one", "")));
            OAuthClient client = builder(transport, store)
                    .server(AuthorizationServer.openId("https://issuer.example"))
                    .executor(one)
                    .build();
            assertThat(inParallel(
                            8, () -> client.clientCredentials(READ).token().reveal()))
                    .containsOnly("one");
            assertThat(transport.requests()).hasSize(2);
        } finally {
            one.shutdownNow();
        }
    }
}
