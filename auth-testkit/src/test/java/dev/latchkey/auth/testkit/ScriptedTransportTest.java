package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScriptedTransportTest {

    @Test
    void refusesALiteralAddressThatThePolicyRefuses() throws IOException {
        ScriptedTransport transport = ScriptedTransport.create().answers(200, "text/plain", "a");
        TransportRequest.Builder hostile = TransportRequest.builder("GET", URI.create("https://[fd00::1]/a"));

        TransportException refusal = catchThrowableOfType(
                TransportException.class,
                () -> transport.send(
                        hostile.addressPolicy(AddressPolicy.publicOnly()).build()));
        transport.send(hostile.addressPolicy(AddressPolicy.any()).build()).close();

        assertThat(refusal.kind()).isEqualTo(Kind.ADDRESS);
        assertThat(transport.honoursAddressPolicy()).isTrue();
        assertThat(transport.onlyRequest().addressPolicy()).isSameAs(AddressPolicy.any());
        transport.verify();
    }

    private final ScriptedTransport transport = ScriptedTransport.create();

    @Test
    void answersInOrderAndRemembersTheRequests() throws IOException {
        transport.answers(200, "application/json", "{\"a\":1}").answers(Answer.of(204));

        try (TransportResponse first = transport.send(post("/token", "a=b+c&d=%26"))) {
            assertThat(first.headers().first("Content-Type")).contains("application/json");
            assertThat(new String(first.body().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"a\":1}");
        }
        transport.send(post("/other?x=1&y", "")).close();

        RecordedRequest token = transport.requests().get(0);
        assertThat(token.body()).isEqualTo("a=b+c&d=%26");
        assertThat(token.form()).containsExactly(Map.entry("a", "b c"), Map.entry("d", "&"));
        assertThat(transport.lastRequest().path()).isEqualTo("/other");
        assertThat(transport.lastRequest().query()).containsEntry("x", "1").containsEntry("y", "");
        transport.verify();
    }

    @Test
    void routesComeBeforeTheCommonAnswers() throws IOException {
        transport.answers(Answer.of(500));
        transport.onPost("/token").answers(Answer.of(201)).alwaysAnswers(Answer.of(202));
        transport.onGet("/token").answers(Answer.of(203));

        assertThat(status(post("/token", ""))).isEqualTo(201);
        assertThat(status(post("/token", ""))).isEqualTo(202);
        assertThat(status(post("/token", ""))).isEqualTo(202);
        assertThat(status(post("/token/other", ""))).isEqualTo(500);
        assertThatThrownBy(transport::verify).isInstanceOf(AssertionError.class).hasMessageContaining("GET /token");
    }

    @Test
    void anUnexpectedRequestFailsTwice() {
        assertThatThrownBy(() -> transport.send(post("/token?secret=s3cr3t", "")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("POST https://as.example/token");
        assertThatThrownBy(transport::verify)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("unexpected POST https://as.example/token");
    }

    @Test
    void anOpenResponseIsNoticed() throws IOException {
        transport.answers(Answer.of(200));
        TransportResponse response = transport.send(post("/token", ""));

        assertThatThrownBy(transport::verify).isInstanceOf(AssertionError.class).hasMessageContaining("not closed");
        response.close();
        response.close();
        transport.verify();
    }

    @Test
    void failsAsItIsTold() {
        transport.fails(Kind.CONNECT, Delivery.NOT_SENT);

        TransportException failure =
                catchThrowableOfType(TransportException.class, () -> transport.send(post("/token", "")));

        assertThat(failure.kind()).isEqualTo(Kind.CONNECT);
        assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(transport.requests()).hasSize(1);
    }

    @Test
    void holdsAnAnswerBackUntilTheGateOpens() {
        Gate gate = Gate.closed("the answer");
        transport.answers(Answer.json(200, "{}").heldAt(gate));
        Attempt attempt = Attempt.start(() -> transport.send(post("/token", "")).close());

        gate.awaitArrival();
        assertThat(transport.requests()).hasSize(1);
        gate.open();

        assertThat(attempt.outcome(Duration.ofSeconds(10))).isNull();
    }

    @Test
    void anInterruptEndsTheWaitAtAGate() {
        Gate gate = Gate.closed("the answer");
        transport.answers(Answer.json(200, "{}").heldAt(gate));
        Attempt attempt = Attempt.start(() -> transport.send(post("/token", "")).close());
        gate.awaitArrival();

        attempt.interrupt();

        assertThat(attempt.failure(Duration.ofSeconds(10)).kind()).isEqualTo(Kind.INTERRUPTED);
        assertThat(attempt.endedInterrupted()).isTrue();
    }

    @Test
    void aParameterThatOccursTwiceIsNoForm() throws IOException {
        transport.answers(Answer.of(200));
        transport.send(post("/token", "a=1&a=2")).close();

        assertThatThrownBy(() -> transport.onlyRequest().form()).isInstanceOf(AssertionError.class);
    }

    @Test
    void refusesWhenClosed() {
        transport.close();

        assertThat(transport.isClosed()).isTrue();
        assertThat(catchThrowableOfType(TransportException.class, () -> transport.send(post("/token", "")))
                        .kind())
                .isEqualTo(Kind.CLOSED);
    }

    private int status(TransportRequest request) throws IOException {
        try (TransportResponse response = transport.send(request)) {
            return response.status();
        }
    }

    private static TransportRequest post(String path, String form) {
        return TransportRequest.builder("POST", URI.create("https://as.example" + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body(RequestBody.of(form.getBytes(StandardCharsets.UTF_8)))
                .build();
    }
}
