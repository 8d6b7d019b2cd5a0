package dev.latchkey.auth.interactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.State;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LoopbackReceiverTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private LoopbackReceiver receiver = LoopbackReceiver.open();
    private final List<Thread> waiters = new ArrayList<>();

    @AfterEach
    void closeReceiver() throws InterruptedException {
        receiver.close();
        for (Thread waiter : waiters) {
            waiter.join();
        }
    }

    @Test
    void n1_bindsLoopbackOnly() throws IOException {
        List<ServerSocket> sockets = new ArrayList<>(LoopbackSockets.oneAddress(0));
        sockets.addAll(LoopbackSockets.bothAddresses(0));
        assertThat(sockets).allMatch(socket -> socket.getInetAddress().isLoopbackAddress());
        LoopbackSockets.close(sockets);

        List<InetAddress> others = new ArrayList<>();
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            others.addAll(Collections.list(each.getInetAddresses()));
        }
        others.removeIf(InetAddress::isLoopbackAddress);
        others.add(InetAddress.getByName("127.0.0.2")); // a listener on all addresses answers here on Linux
        for (InetAddress other : others) {
            assertThatThrownBy(() -> connect(other, receiver.redirectUri().getPort()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void n1_choosesAnEphemeralPortAndTheLiteralAddress() {
        try (LoopbackReceiver other = LoopbackReceiver.open()) {
            assertThat(receiver.redirectUri().getHost()).isEqualTo("127.0.0.1");
            assertThat(receiver.redirectUri().getPort())
                    .isPositive()
                    .isNotEqualTo(other.redirectUri().getPort());
            assertThat(receiver.redirectUri().getPath()).isEqualTo("/callback");
        }
    }

    @Test
    void n1_localhostIsNamedOnlyByItsSwitchAndListensOnBothAddresses() throws Exception {
        receiver.close();
        receiver = LoopbackReceiver.builder().namedLocalhost().path("").open();
        int port = receiver.redirectUri().getPort();
        assertThat(receiver.redirectUri()).isEqualTo(URI.create("http://localhost:" + port));
        assumeThat(NetworkInterface.getByInetAddress(LoopbackSockets.ipv6())).isNotNull();
        connect(LoopbackSockets.ipv6(), port);

        CompletableFuture<AuthorizationCallback> waiting = await(LONG, LoopbackReceiverTest::isMine);
        assertThat(Visitor.get(receiver, "/?state=mine&code=c")).startsWith("HTTP/1.1 200 ");
        assertThat(waiting.get().parameters().first("code")).contains("c");
    }

    @Test
    void n1_closesAfterTheFirstAcceptedCallback() throws Exception {
        CompletableFuture<AuthorizationCallback> waiting = await(LONG, LoopbackReceiverTest::isMine);

        assertThat(Visitor.get(receiver, "/callback?state=mine&code=first")).startsWith("HTTP/1.1 200 ");

        assertThat(waiting.get().parameters().first("code")).contains("first");
        assertRefusesConnections();
        assertThatThrownBy(() -> receiver.await(LONG, LoopbackReceiverTest::isMine))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void n1_closesOnTimeout() {
        assertThatThrownBy(() -> receiver.await(Duration.ofMillis(1), LoopbackReceiverTest::isMine))
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining("start the sign-in again");
        assertRefusesConnections();
    }

    @Test
    void n1_closesOnInterruptAndLeavesTheThreadInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> receiver.await(LONG, LoopbackReceiverTest::isMine))
                .isInstanceOf(TemporaryFailureException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertRefusesConnections();
    }

    @Test
    void n1_closeEndsTheWait() throws Exception {
        CompletableFuture<AuthorizationCallback> waiting = await(LONG, LoopbackReceiverTest::isMine);
        receiver.close();
        assertThatThrownBy(waiting::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(SignInRequiredException.class)
                .hasMessageContaining("cancelled");
        assertRefusesConnections();
    }

    @Test
    void n1_closesWhenTheCallerFails() throws Exception {
        CompletableFuture<AuthorizationCallback> waiting = await(LONG, callback -> {
            throw new UnsupportedOperationException("planted");
        });
        assertThat(Visitor.get(receiver, "/callback?state=mine")).contains("You are not signed in");
        assertThatThrownBy(waiting::get).hasCauseInstanceOf(UnsupportedOperationException.class);
        assertRefusesConnections();
    }

    @Test
    void n1_threadsAreDaemonsWithoutContextClassLoaderAndEndWithTheReceiver() throws Exception {
        CompletableFuture<AuthorizationCallback> waiting = await(LONG, LoopbackReceiverTest::isMine);
        try (Visitor idle = Visitor.to(receiver)) {
            Visitor.get(receiver, "/favicon.ico"); // so the idle connection has been accepted before
            List<Thread> threads = latchkeyThreads();
            assertThat(threads).hasSizeGreaterThanOrEqualTo(2).allMatch(Thread::isDaemon);
            assertThat(threads).allMatch(thread -> thread.getContextClassLoader() == null);

            receiver.close();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(idle.hear()).isEmpty();
        }
        assertThatThrownBy(waiting::get).hasCauseInstanceOf(SignInRequiredException.class);
    }

    @Test
    void n1_aTakenPortIsAConfigurationError() {
        int taken = receiver.redirectUri().getPort();
        assertThatThrownBy(() -> LoopbackReceiver.builder().port(taken).open())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("port: " + taken);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1",
                "GET /favicon.ico HTTP/1.1",
                "GET /callback HTTP/1.1",
                "GET /callback/?state=mine&code=c HTTP/1.1",
                "GET //callback?state=mine&code=c HTTP/1.1",
                "GET /Callback?state=mine&code=c HTTP/1.1",
                "GET http://127.0.0.1/callback?state=mine&code=c HTTP/1.1",
                "HEAD /callback?state=mine&code=c HTTP/1.1",
                "PUT /callback?state=mine&code=c HTTP/1.1",
                "POST /callback?state=mine&code=c HTTP/1.1",
                "get /callback?state=mine&code=c HTTP/1.1",
                "GET /callback?state=mine&code=c",
                "GET /callback?state=mine&code=c SPDY/9",
                "GET /callback?state=mine&code=%zz HTTP/1.1",
            })
    void n3_answers404ToWhatIsNotTheCallback(String requestLine) throws Exception {
        CompletableFuture<AuthorizationCallback> waiting = await(LONG, callback -> true);
        String response =
                Visitor.exchange(receiver, requestLine + "\r\nHost: " + Visitor.authority(receiver) + "\r\n\r\n");
        assertThat(response).startsWith("HTTP/1.1 404 ");
        assertThat(waiting).isNotDone();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Host: evil.example:PORT\r\n",
                "Host: 127.0.0.1\r\n",
                "Host: localhost:PORT\r\n",
                "Host: 127.0.0.1:PORT.evil.example\r\n",
                "Host: 127.0.0.1:PORT\r\nHost: 127.0.0.1:PORT\r\n",
                "Host: 127.0.0.1:PORT\r\nTransfer-Encoding: chunked\r\n",
            })
    void n3_answers404ToAnotherHost(String headers) throws Exception {
        CompletableFuture<AuthorizationCallback> waiting = await(LONG, callback -> true);
        String port = String.valueOf(receiver.redirectUri().getPort());
        String response = Visitor.exchange(
                receiver, "GET /callback?state=mine&code=c HTTP/1.1\r\n" + headers.replace("PORT", port) + "\r\n");
        assertThat(response).startsWith("HTTP/1.1 404 ");
        assertThat(waiting).isNotDone();
    }

    @Test
    void n3_boundsTheRequest() throws Exception {
        CompletableFuture<AuthorizationCallback> waiting = await(LONG, callback -> true);
        String pad = "x".repeat(70_000);
        assertThat(Visitor.get(receiver, "/callback?state=" + pad)).startsWith("HTTP/1.1 404 ");
        assertThat(Visitor.post(receiver, "application/x-www-form-urlencoded", "state=" + pad))
                .startsWith("HTTP/1.1 404 ");
        assertThat(waiting).isNotDone();
    }

    @Test
    void n3_takesAFormPost() throws Exception {
        CompletableFuture<AuthorizationCallback> waiting = await(LONG, LoopbackReceiverTest::isMine);
        String form = "state=mine&code=a%2Bb+c&id_token=" + "y".repeat(6_000);
        assertThat(Visitor.post(receiver, "text/plain", form)).startsWith("HTTP/1.1 404 ");
        assertThat(Visitor.post(receiver, "Application/X-www-form-urlencoded; charset=UTF-8", form))
                .startsWith("HTTP/1.1 200 ");
        assertThat(waiting.get().parameters().first("code")).contains("a+b c");
    }

    @Test
    void n3_pagesAreStaticAndKeepTheAddressToThemselves() throws Exception {
        CompletableFuture<AuthorizationCallback> waiting = await(LONG, LoopbackReceiverTest::isMine);
        List<String> pages = List.of(
                Visitor.get(receiver, "/marker?marker=marker"),
                Visitor.get(receiver, "/callback?state=marker&code=marker"),
                Visitor.get(receiver, "/callback?state=mine&code=marker&marker=%3Cscript%3E"));
        assertThat(waiting.get().parameters().first("code")).contains("marker");
        assertThat(pages)
                .allSatisfy(page -> assertThat(page)
                        .contains("\r\nReferrer-Policy: no-referrer\r\n")
                        .contains("\r\nCache-Control: no-store\r\n")
                        .contains("\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n")
                        .contains("\r\nConnection: close\r\n")
                        .doesNotContain("marker")
                        .doesNotContain("script"));
        assertThat(pages.get(1)).startsWith("HTTP/1.1 400 ").contains("This is not the expected sign-in");
        assertThat(pages.get(2)).startsWith("HTTP/1.1 200 ").contains("Back to the application");
    }

    @Test
    void n3_anErrorIsACallbackWithAPageOfItsOwn() throws Exception {
        CompletableFuture<AuthorizationCallback> waiting = await(LONG, LoopbackReceiverTest::isMine);
        assertThat(Visitor.get(receiver, "/callback?state=mine&error=access_denied"))
                .contains("You are not signed in");
        assertThat(waiting.get().parameters().asMap())
                .isEqualTo(Map.of("state", List.of("mine"), "error", List.of("access_denied")));
    }

    @Test
    void n3_slowConnectionsHoldUpNobodyAndTheOldestGiveWay() throws Exception {
        receiver.close();
        receiver = LoopbackReceiver.builder().connectionTime(LONG).open();
        CompletableFuture<AuthorizationCallback> waiting = await(LONG, LoopbackReceiverTest::isMine);
        List<Visitor> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                slow.add(Visitor.to(receiver).say("GET /callback?sta"));
            }
            assertThat(slow.get(0).hear()).isEmpty();
            assertThat(waiting).isNotDone();
            assertThat(Visitor.get(receiver, "/callback?state=mine&code=c")).startsWith("HTTP/1.1 200 ");
            assertThat(waiting.get()).isNotNull();
        } finally {
            for (Visitor each : slow) {
                each.close();
            }
        }
    }

    @Test
    void n3_aConnectionHasLimitedTime() throws Exception {
        receiver.close();
        receiver =
                LoopbackReceiver.builder().connectionTime(Duration.ofMillis(50)).open();
        CompletableFuture<AuthorizationCallback> waiting = await(LONG, LoopbackReceiverTest::isMine);
        try (Visitor slow = Visitor.to(receiver).say("GET /callback?state=mine")) {
            assertThat(slow.hear()).isEmpty();
        }
        assertThat(waiting).isNotDone();
    }

    @Test
    void n4_wrongStateDoesNotEndTheWait() throws Exception {
        CompletableFuture<AuthorizationCallback> waiting = await(LONG, LoopbackReceiverTest::isMine);
        for (int i = 0; i < 19; i++) {
            assertThat(Visitor.get(receiver, "/callback?state=other&code=c")).startsWith("HTTP/1.1 400 ");
        }
        for (int i = 0; i < 30; i++) {
            assertThat(Visitor.get(receiver, "/robots.txt")).startsWith("HTTP/1.1 404 "); // is not counted
        }
        assertThat(waiting).isNotDone();
        assertThat(Visitor.get(receiver, "/callback?state=mine&code=c")).startsWith("HTTP/1.1 200 ");
        assertThat(waiting.get()).isNotNull();
    }

    @Test
    void n4_manyWrongStatesGiveUpTheWait() throws Exception {
        CompletableFuture<AuthorizationCallback> waiting = await(LONG, LoopbackReceiverTest::isMine);
        for (int i = 0; i < 20; i++) {
            assertThat(Visitor.get(receiver, "/callback?state=other&code=c")).startsWith("HTTP/1.1 400 ");
        }
        assertThatThrownBy(waiting::get)
                .hasCauseInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("20 answers of other sign-ins");
        assertRefusesConnections();
    }

    @Test
    void asksOnTheWaitingThread() throws Exception {
        AtomicReference<Thread> asked = new AtomicReference<>();
        CompletableFuture<AuthorizationCallback> waiting = await(LONG, callback -> {
            asked.set(Thread.currentThread());
            return true;
        });
        Visitor.get(receiver, "/callback?state=mine");
        waiting.get();
        assertThat(asked.get()).isSameAs(waiters.get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"callback", "//evil.example", "/a?b", "/a#b", "/a b", "/ä", "/%2e"})
    void refusesAPathThatIsNone(String path) {
        assertThatThrownBy(() -> LoopbackReceiver.builder().path(path))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("path: ");
    }

    private CompletableFuture<AuthorizationCallback> await(Duration timeout, Predicate<AuthorizationCallback> accept)
            throws InterruptedException {
        CompletableFuture<AuthorizationCallback> result = new CompletableFuture<>();
        CountDownLatch started = new CountDownLatch(1);
        LoopbackReceiver waitedFor = receiver;
        Thread waiter = new Thread(() -> {
            started.countDown();
            try {
                result.complete(waitedFor.await(timeout, accept));
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        waiters.add(waiter);
        waiter.start();
        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
        return result;
    }

    private static boolean isMine(AuthorizationCallback callback) {
        return callback.state().equals(Optional.of(State.of("mine")));
    }

    private void assertRefusesConnections() {
        assertThatThrownBy(() -> connect(
                        InetAddress.getByName(receiver.redirectUri().getHost()),
                        receiver.redirectUri().getPort()))
                .isInstanceOf(ConnectException.class);
    }

    private static void connect(InetAddress address, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 2_000);
        }
    }

    private static List<Thread> latchkeyThreads() {
        List<Thread> threads = new ArrayList<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(thread -> !thread.getName().startsWith("latchkey-loopback"));
        return threads;
    }
}
