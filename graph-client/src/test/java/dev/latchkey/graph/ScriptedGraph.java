package dev.latchkey.graph;

import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.ScriptedTransport;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** A scripted Graph and a client of it, whose request ids count upwards. */
final class ScriptedGraph {

    static final String TOKEN = "secret-token-marker";

    final ScriptedTransport transport = ScriptedTransport.create();
    final GraphClient graph = builder().build();

    GraphClient.Builder builder() {
        AtomicLong ids = new AtomicLong();
        return GraphClient.builder(transport, TokenSource.of(AccessToken.bearer(TOKEN)))
                .requestIds(() -> new UUID(0, ids.incrementAndGet()));
    }

    static String id(int n) {
        return new UUID(0, n).toString();
    }

    ScriptedGraph answers(int status, String json) {
        transport.answers(status, "application/json", json);
        return this;
    }

    ScriptedGraph answers(Answer answer) {
        transport.answers(answer);
        return this;
    }

    String sentUri() {
        return transport.onlyRequest().uri().toString();
    }
}
