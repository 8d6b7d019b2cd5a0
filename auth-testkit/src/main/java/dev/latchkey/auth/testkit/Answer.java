package dev.latchkey.auth.testkit;

import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ScriptedTransport} gives for one request: a response, or a failure.
 *
 * <p>{@code Answer.of(200).header("DPoP-Nonce", "n1").json("{}")}. Immutable; every method gives a new answer.
 */
public final class Answer {

    private final int status;
    private final TransportHeaders headers;
    private final Supplier<InputStream> body;
    private final @Nullable Kind failure;
    private final Delivery delivery;
    private final @Nullable Gate gate;

    private Answer(
            int status,
            TransportHeaders headers,
            Supplier<InputStream> body,
            @Nullable Kind failure,
            Delivery delivery,
            @Nullable Gate gate) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.failure = failure;
        this.delivery = delivery;
        this.gate = gate;
    }

    /**
     * Answers with a status and an empty body.
     *
     * @param status a final status, from 200 to 599
     * @return the answer
     */
    public static Answer of(int status) {
        return new Answer(status, TransportHeaders.empty(), InputStream::nullInputStream, null, Delivery.UNKNOWN, null);
    }

    /**
     * Answers with a body in UTF-8.
     *
     * @param status a final status, from 200 to 599
     * @param contentType the {@code Content-Type}
     * @param body the body
     * @return the answer
     */
    public static Answer of(int status, String contentType, String body) {
        return of(status).header("Content-Type", contentType).body(body.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Answers with JSON.
     *
     * @param status a final status, from 200 to 599
     * @param json the body
     * @return the answer
     */
    public static Answer json(int status, String json) {
        return of(status, "application/json", json);
    }

    /**
     * Fails in place of an answer.
     *
     * @param kind what goes wrong
     * @param delivery whether the server may have received the request
     * @return the answer
     */
    public static Answer failure(Kind kind, Delivery delivery) {
        return new Answer(
                0,
                TransportHeaders.empty(),
                InputStream::nullInputStream,
                Objects.requireNonNull(kind, "kind"),
                delivery,
                null);
    }

    /**
     * Adds a header.
     *
     * @param name the header's name
     * @param value the value
     * @return an answer with the header
     */
    public Answer header(String name, String value) {
        return new Answer(status, headers.toBuilder().add(name, value).build(), body, failure, delivery, gate);
    }

    /**
     * Sets the body.
     *
     * @param bytes the bytes
     * @return an answer with the body
     */
    public Answer body(byte[] bytes) {
        byte[] copy = bytes.clone();
        return body(() -> new ByteArrayInputStream(copy));
    }

    /**
     * Sets a body that is made when it is sent, such as one without end or one that fails half-way.
     *
     * @param stream makes the body
     * @return an answer with the body
     */
    public Answer body(Supplier<InputStream> stream) {
        return new Answer(status, headers, stream, failure, delivery, gate);
    }

    /**
     * Holds the answer back until the gate is open. The request counts as received when its thread has arrived there.
     *
     * @param gate where the answer waits
     * @return an answer that waits
     */
    public Answer heldAt(Gate gate) {
        return new Answer(status, headers, body, failure, delivery, Objects.requireNonNull(gate, "gate"));
    }

    TransportResponse give(RecordedRequest request, Supplier<Runnable> onOpen) throws TransportException {
        if (gate != null) {
            waitAt(gate, request);
        }
        if (failure != null) {
            throw new TransportException(
                    failure, delivery, "Scripted failure at " + request.uri().getHost(), null);
        }
        return TransportResponse.of(status, headers, body.get(), onOpen.get());
    }

    private static void waitAt(Gate gate, RecordedRequest request) throws TransportException {
        try {
            gate.pass();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportException(
                    Kind.INTERRUPTED,
                    Delivery.UNKNOWN,
                    "Interrupted while waiting for " + request.uri().getHost(),
                    e);
        }
    }

    @Override
    public String toString() {
        return failure == null ? "Answer[" + status + "]" : "Answer[" + failure + ", " + delivery + "]";
    }
}
