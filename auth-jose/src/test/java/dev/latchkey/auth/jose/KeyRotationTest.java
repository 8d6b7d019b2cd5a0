package dev.latchkey.auth.jose;

import static dev.latchkey.auth.jose.IdTokenSignatureTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.Gate;
import java.io.IOException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server that rotates its keys often, as conformance suites do between their modules, and one that lies about it. */
class KeyRotationTest {

    private final IdTokenStage stage = new IdTokenStage();

    private static String token(String keyId, KeyPair pair) {
        return Keys.jwt("{\"alg\":\"RS256\",\"kid\":\"" + keyId + "\"}", IdTokenStage.CLAIMS, "RS256", pair);
    }

    private static Answer set(String keyId, KeyPair pair) {
        return Answer.of(200, "application/json", Keys.set(Keys.jwk(pair, keyId, "")));
    }

    private void accepts(JoseIdTokens verifier, String token) throws IOException {
        assertThat(stage.verify(verifier, token).subject()).isEqualTo("alice");
    }

    private void requests(int number) {
        assertThat(stage.transport.requests()).hasSize(number);
    }

    @Test
    void j7_keysThatRotateTwiceWithinAMinuteAreFound() throws IOException {
        stage.answers(set("a", Keys.RSA)).answers(set("b", Keys.OTHER_RSA)).answers(set("c", Keys.RSA));
        JoseIdTokens verifier = stage.verifier();
        accepts(verifier, token("a", Keys.RSA));
        stage.advance(Duration.ofSeconds(3));
        accepts(verifier, token("b", Keys.OTHER_RSA));
        stage.advance(Duration.ofSeconds(3));

        accepts(verifier, token("c", Keys.RSA));
        requests(3);
    }

    @Test
    void j7_withinASecondOfARotationNobodySearchesAgain() throws IOException {
        stage.answers(set("a", Keys.RSA)).answers(set("b", Keys.OTHER_RSA)).answers(set("c", Keys.RSA));
        JoseIdTokens verifier = stage.verifier();
        accepts(verifier, token("a", Keys.RSA));
        accepts(verifier, token("b", Keys.OTHER_RSA));
        stage.advance(Duration.ofMillis(999));
        refused("that is not among the", () -> stage.verify(verifier, token("c", Keys.RSA)));
        requests(2);

        stage.advance(Duration.ofMillis(1));
        accepts(verifier, token("c", Keys.RSA));
        requests(3);
    }

    @Test
    void j7_afterARotationMadeUpKeyIdsAreASearchAndThenAMinute() throws IOException {
        stage.transport.onGet("/jwks").answers(set("a", Keys.RSA)).alwaysAnswers(set("b", Keys.OTHER_RSA));
        JoseIdTokens verifier = stage.verifier();
        stage.verify(verifier, token("a", Keys.RSA));
        accepts(verifier, token("b", Keys.OTHER_RSA));
        requests(2);

        for (int i = 0; i < 20; i++) {
            stage.advance(Duration.ofMillis(2_900));
            int made = i;
            refused("that is not among the", () -> stage.verify(verifier, token("made-up-" + made, Keys.RSA)));
        }
        // The search that brought nothing new was at 2.9 seconds.
        requests(3);
        stage.advance(Duration.ofMillis(4_900));
        refused("that is not among the", () -> stage.verify(verifier, token("made-up", Keys.RSA)));
        requests(4);
    }

    @Test
    void j7_keysThatWereOnlyWithdrawnAreNoRotation() throws IOException {
        Answer both = Answer.of(
                200, "application/json", Keys.set(Keys.jwk(Keys.RSA, "a", ""), Keys.jwk(Keys.OTHER_RSA, "b", "")));
        stage.transport.onGet("/jwks").answers(both).alwaysAnswers(set("b", Keys.OTHER_RSA));
        JoseIdTokens verifier = stage.verifier();
        accepts(verifier, token("a", Keys.RSA));
        refused("that is not among the", () -> stage.verify(verifier, token("made-up", Keys.RSA)));

        stage.advance(Duration.ofSeconds(59));
        refused("that is not among the", () -> stage.verify(verifier, token("made-up", Keys.RSA)));
        requests(2);
    }

    @Test
    void j7_aNewNameOfTheSameKeyIsARotation() throws IOException {
        stage.answers(set("a", Keys.RSA)).answers(set("b", Keys.RSA)).answers(set("c", Keys.RSA));
        JoseIdTokens verifier = stage.verifier();
        accepts(verifier, token("a", Keys.RSA));
        accepts(verifier, token("b", Keys.RSA));
        stage.advance(Duration.ofSeconds(1));

        accepts(verifier, token("c", Keys.RSA));
    }

    @Test
    void j7_aServerWithOtherKeysEachTimeIsAskedOnceASecondAtMost() throws IOException {
        int[] fetches = {0};
        stage.transport.onGet("/jwks").alwaysAnswers(request -> set("k" + fetches[0]++, Keys.RSA));
        JoseIdTokens verifier = stage.verifier();
        accepts(verifier, token("k0", Keys.RSA));

        for (int i = 0; i < 100; i++) {
            refused("that is not among the", () -> stage.verify(verifier, token("made-up", Keys.RSA)));
            stage.advance(Duration.ofMillis(100));
        }
        requests(1 + 10);
    }

    @Test
    void j7_aSearchUnderWayIsJoinedHoweverLongItTakes() throws Exception {
        Gate gate = Gate.closed("jwks");
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            stage.answers(set("a", Keys.RSA)).answers(set("b", Keys.OTHER_RSA).heldAt(gate));
            JoseIdTokens verifier =
                    JoseIdTokens.builder(stage.keys().executor(threads).build()).build();
            accepts(verifier, token("a", Keys.RSA));
            List<CompletableFuture<Void>> waiting = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                waiting.add(CompletableFuture.runAsync(
                        () -> {
                            try {
                                accepts(verifier, token("b", Keys.OTHER_RSA));
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        },
                        threads));
                if (i == 0) {
                    gate.awaitArrival();
                }
                stage.advance(Duration.ofSeconds(5));
            }
            gate.open();

            for (CompletableFuture<Void> each : waiting) {
                each.get(10, TimeUnit.SECONDS);
            }
            requests(2);
        } finally {
            gate.open();
            threads.shutdownNow();
        }
    }
}
