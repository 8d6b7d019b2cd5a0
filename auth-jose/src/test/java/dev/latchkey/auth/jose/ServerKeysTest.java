package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.Gate;
import dev.latchkey.auth.token.IdToken;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When keys are fetched, and which are believed. */
class ServerKeysTest {

    private static final String FIRST = Keys.jwk(Keys.RSA, "1", "");
    private static final String SECOND = Keys.jwk(Keys.OTHER_RSA, "2", "");
    private static final String SIGNED_BY_FIRST = token("1", Keys.RSA);
    private static final String SIGNED_BY_SECOND = token("2", Keys.OTHER_RSA);

    private final IdTokenStage stage = new IdTokenStage();
    private final Queue<Runnable> background = new ArrayDeque<>();

    private static String token(String keyId, java.security.KeyPair pair) {
        return Keys.jwt("{\"alg\":\"RS256\",\"kid\":\"" + keyId + "\"}", IdTokenStage.CLAIMS, "RS256", pair);
    }

    private static Answer set(String... jwks) {
        return Answer.of(200, "application/json; charset=utf-8", Keys.set(jwks));
    }

    private static Answer down() {
        return Answer.failure(Kind.CONNECT, Delivery.NOT_SENT);
    }

    private void requests(int number) {
        assertThat(stage.transport.requests()).hasSize(number);
    }

    @Test
    void warmKeysCauseNoRequest() throws IOException {
        stage.answers(set(FIRST, SECOND));
        JoseIdTokens verifier = stage.verifier();

        for (int i = 0; i < 50; i++) {
            stage.verify(verifier, SIGNED_BY_FIRST);
            stage.verify(verifier, SIGNED_BY_SECOND);
        }

        requests(1);
        assertThat(stage.transport.onlyRequest().header("accept"))
                .contains("application/jwk-set+json, application/json");
        stage.transport.verify();
    }

    @Test
    void j7_unknownKeyIdTriggersOneRefetch() throws IOException {
        stage.answers(set(FIRST)).answers(set(FIRST, SECOND));
        JoseIdTokens verifier = stage.verifier();
        stage.verify(verifier, SIGNED_BY_FIRST);
        requests(1);

        assertThat(stage.verify(verifier, SIGNED_BY_SECOND).subject()).isEqualTo("alice");
        requests(2);
        stage.verify(verifier, SIGNED_BY_SECOND);
        requests(2);
    }

    @Test
    void j7_unknownKeyIdsTriggerAtMostOneRefetchAMinute() throws IOException {
        stage.publishes(FIRST);
        JoseIdTokens verifier = stage.verifier();
        stage.verify(verifier, SIGNED_BY_FIRST);

        for (int i = 0; i < 20; i++) {
            refusedKey(verifier, token("made-up-" + i, Keys.RSA));
            stage.advance(Duration.ofMillis(2_900));
        }
        requests(2);
        stage.advance(Duration.ofSeconds(2));
        refusedKey(verifier, token("made-up", Keys.RSA));
        requests(3);
    }

    @Test
    void j7_aRotatedKeyWithoutKeyIdIsFoundToo() throws IOException {
        stage.answers(set(Keys.jwk(Keys.RSA, ""))).answers(set(Keys.jwk(Keys.OTHER_RSA, "")));
        JoseIdTokens verifier = stage.verifier();
        String header = "{\"alg\":\"RS256\"}";
        stage.verify(verifier, Keys.jwt(header, IdTokenStage.CLAIMS, "RS256", Keys.RSA));

        stage.verify(verifier, Keys.jwt(header, IdTokenStage.CLAIMS, "RS256", Keys.OTHER_RSA));
        requests(2);
        IdTokenSignatureTest.refused(
                "does not hold",
                () -> stage.verify(verifier, Keys.jwt(header, IdTokenStage.CLAIMS, "RS256", Keys.RSA)));
        requests(2);
    }

    @Test
    void j7_aForgedSignatureOfAKnownKeyTriggersNoRequest() throws IOException {
        stage.answers(set(FIRST));
        JoseIdTokens verifier = stage.verifier();
        stage.verify(verifier, SIGNED_BY_FIRST);

        IdTokenSignatureTest.refused("does not hold", () -> stage.verify(verifier, token("1", Keys.OTHER_RSA)));
        requests(1);
    }

    @Test
    void j7_theRefetchOfOneUnknownKeyServesAllWhoMissIt() throws Exception {
        Gate gate = Gate.closed("jwks");
        ExecutorService callers = Executors.newCachedThreadPool();
        ExecutorService fetches = Executors.newCachedThreadPool();
        try {
            stage.answers(set(FIRST)).answers(set(FIRST, SECOND).heldAt(gate));
            JoseIdTokens verifier =
                    JoseIdTokens.builder(stage.keys().executor(fetches).build()).build();
            stage.verify(verifier, SIGNED_BY_FIRST);

            List<CompletableFuture<String>> waiting = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                waiting.add(CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return stage.verify(verifier, SIGNED_BY_SECOND).subject();
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        },
                        callers));
            }
            gate.awaitArrival();
            // Whoever knows the key does not wait for those who do not.
            assertThat(stage.verify(verifier, SIGNED_BY_FIRST).subject()).isEqualTo("alice");
            gate.open();

            for (CompletableFuture<String> each : waiting) {
                assertThat(each.get(10, TimeUnit.SECONDS)).isEqualTo("alice");
            }
            requests(2);
        } finally {
            gate.open();
            callers.shutdownNow();
            fetches.shutdownNow();
        }
    }

    @Test
    void manyAtOnceFetchOnce() throws Exception {
        ExecutorService callers = Executors.newCachedThreadPool();
        try {
            for (int round = 0; round < 100; round++) {
                IdTokenStage own = new IdTokenStage();
                Gate gate = Gate.closed("jwks");
                own.answers(set(FIRST).heldAt(gate));
                JoseIdTokens verifier = JoseIdTokens.builder(
                                own.keys().executor(callers).build())
                        .build();
                List<CompletableFuture<String>> waiting = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    waiting.add(CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return own.verify(verifier, SIGNED_BY_FIRST).subject();
                                } catch (IOException e) {
                                    throw new AssertionError(e);
                                }
                            },
                            callers));
                }
                gate.awaitArrival();
                gate.open();
                for (CompletableFuture<String> each : waiting) {
                    assertThat(each.get(10, TimeUnit.SECONDS)).isEqualTo("alice");
                }
                assertThat(own.transport.requests()).hasSize(1);
            }
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void refreshesAheadInTheBackground() throws IOException {
        stage.answers(set(FIRST)).answers(set(SECOND));
        // The first fetch runs at once, the later ones when the test says so.
        JoseIdTokens verifier = JoseIdTokens.builder(stage.keys()
                        .executor(task -> {
                            if (stage.transport.requests().isEmpty()) {
                                task.run();
                            } else {
                                background.add(task);
                            }
                        })
                        .build())
                .build();
        stage.verify(verifier, SIGNED_BY_FIRST);
        stage.advance(Duration.ofSeconds(239));
        stage.verify(verifier, SIGNED_BY_FIRST);
        assertThat(background).isEmpty();

        stage.advance(Duration.ofSeconds(1));
        stage.verify(verifier, SIGNED_BY_FIRST);
        stage.verify(verifier, SIGNED_BY_FIRST);
        assertThat(background).as("one flight, and no caller waits for it").hasSize(1);
        requests(1);
        background.remove().run();

        requests(2);
        assertThat(stage.verify(verifier, SIGNED_BY_SECOND).subject()).isEqualTo("alice");
        assertThat(background).isEmpty();
    }

    @Test
    void expiredKeysAreNotUsedWithoutAFetch() throws IOException {
        stage.answers(set(FIRST)).answers(set(SECOND)).answers(set(SECOND));
        JoseIdTokens verifier = stage.verifier();
        stage.verify(verifier, SIGNED_BY_FIRST);
        stage.advance(Duration.ofMinutes(5));

        refusedKey(verifier, SIGNED_BY_FIRST);
    }

    @Test
    void j8_expiredKeysServeWithinTheOutageWindow() throws IOException {
        stage.transport.onGet("/jwks").answers(set(FIRST)).alwaysAnswers(down());
        JoseIdTokens verifier = JoseIdTokens.builder(
                        stage.keys().outage(Duration.ofMinutes(10)).build())
                .build();
        stage.verify(verifier, SIGNED_BY_FIRST);

        stage.advance(Duration.ofMinutes(5).plusSeconds(1));
        assertThat(stage.verify(verifier, SIGNED_BY_FIRST).subject()).isEqualTo("alice");
        stage.advance(Duration.ofMinutes(10).minusSeconds(2));
        assertThat(stage.verify(verifier, SIGNED_BY_FIRST).subject()).isEqualTo("alice");
        requests(3);
        stage.advance(Duration.ofSeconds(1));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> stage.verify(verifier, SIGNED_BY_FIRST))
                .withMessageContaining("keys.example.com");
        requests(3);
    }

    @Test
    void j8_nothingIsTrustedBecauseTheKeysCannotBeHad() {
        stage.transport.onGet("/jwks").alwaysAnswers(down());
        JoseIdTokens verifier = stage.verifier();

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> stage.verify(verifier, SIGNED_BY_FIRST));
        stage.advance(Duration.ofSeconds(4));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> stage.verify(verifier, SIGNED_BY_FIRST));
        requests(1);
        stage.advance(Duration.ofSeconds(1));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> stage.verify(verifier, SIGNED_BY_FIRST));
        requests(2);
    }

    @Test
    void j8_aBrokenDocumentDoesNotReplaceTheKeys() throws IOException {
        stage.answers(set(FIRST)).answers(Answer.json(200, "{\"keys\":[")).answers(set(SECOND));
        JoseIdTokens verifier = stage.verifier();
        stage.verify(verifier, SIGNED_BY_FIRST);
        stage.advance(Duration.ofMinutes(6));

        assertThat(stage.verify(verifier, SIGNED_BY_FIRST).subject()).isEqualTo("alice");
        stage.advance(Duration.ofSeconds(5));
        stage.verify(verifier, SIGNED_BY_FIRST);
        requests(3);
        refusedKeyAfterAnotherLook(verifier);
    }

    private void refusedKeyAfterAnotherLook(JoseIdTokens verifier) {
        stage.answers(set(SECOND));
        refusedKey(verifier, SIGNED_BY_FIRST);
    }

    @Test
    void j8_anOldFailureIsNoReasonToUseExpiredKeys() throws IOException {
        stage.answers(set(FIRST)).answers(down());
        JoseIdTokens verifier = stage.verifier();
        stage.verify(verifier, SIGNED_BY_FIRST);
        stage.advance(Duration.ofSeconds(241));
        stage.verify(verifier, SIGNED_BY_FIRST);
        requests(2);

        stage.transport.onGet("/jwks").alwaysAnswers(set(SECOND));
        stage.advance(Duration.ofMinutes(10));
        refusedKey(verifier, SIGNED_BY_FIRST);
    }

    @Test
    void j8_anOutageThatIsOverIsForgotten() throws IOException {
        stage.answers(set(FIRST)).answers(down()).answers(set(FIRST));
        JoseIdTokens verifier = JoseIdTokens.builder(
                        stage.keys().timeToLive(Duration.ofSeconds(10)).build())
                .build();
        stage.verify(verifier, SIGNED_BY_FIRST);
        stage.advance(Duration.ofSeconds(10));
        stage.verify(verifier, SIGNED_BY_FIRST);
        stage.advance(Duration.ofSeconds(6));
        stage.verify(verifier, SIGNED_BY_FIRST);
        requests(3);

        // Nothing is known to be down any more, so that expired keys are not used before the fetch.
        stage.transport.onGet("/jwks").alwaysAnswers(set(SECOND));
        stage.advance(Duration.ofSeconds(10));
        refusedKey(verifier, SIGNED_BY_FIRST);
    }

    @Test
    void whoSawOtherKeysThanThereAreTakesThose() throws Exception {
        stage.answers(set(FIRST));
        KeySource source = stage.keys().build().of(stage.server());
        VerificationKeys now = source.keys();

        assertThat(source.keysAfter(VerificationKeys.parse(
                        ByteBuffer.wrap(Keys.set(FIRST).getBytes(StandardCharsets.UTF_8)), null)))
                .isSameAs(now);
        requests(1);
    }

    @Test
    void aTransportThatBreaksIsAnIoMatter() {
        RuntimeException broken = new IllegalStateException("broken");
        JoseIdTokens verifier = JoseIdTokens.builder(ServerKeys.builder(request -> {
                            throw broken;
                        })
                        .executor(Runnable::run)
                        .build())
                .build();

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> stage.verify(verifier, SIGNED_BY_FIRST))
                .withMessage("No keys from keys.example.com now")
                .withCause(broken);
    }

    @Test
    void whoDecidesToFetchJustWhenAFetchEndedTakesItsOutcome() throws IOException {
        stage.answers(set(FIRST)).answers(set(FIRST, SECOND));
        List<JoseIdTokens> meanwhile = new ArrayList<>();
        // Between the look at the keys and the decision to fetch, somebody else fetches them.
        ServerKeys keys = stage.keys()
                .ticker(() -> {
                    if (!meanwhile.isEmpty()) {
                        try {
                            stage.verify(meanwhile.remove(0), SIGNED_BY_FIRST);
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    }
                    return 0;
                })
                .build();
        JoseIdTokens verifier = JoseIdTokens.builder(keys).build();
        meanwhile.add(verifier);

        assertThat(stage.verify(verifier, SIGNED_BY_FIRST).subject()).isEqualTo("alice");
        assertThat(meanwhile).isEmpty();
        requests(1);

        // And the flight has landed: the next fetch is another.
        assertThat(stage.verify(verifier, SIGNED_BY_SECOND).subject()).isEqualTo("alice");
        requests(2);
    }

    @Test
    void j8_aFailedSearchForAKeyIsAFailureAndNotAForgery() throws IOException {
        stage.answers(set(FIRST)).answers(down()).answers(set(FIRST, SECOND));
        JoseIdTokens verifier = stage.verifier();
        stage.verify(verifier, SIGNED_BY_FIRST);

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> stage.verify(verifier, SIGNED_BY_SECOND));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> stage.verify(verifier, SIGNED_BY_SECOND));
        requests(2);
        stage.advance(Duration.ofSeconds(6));
        assertThat(stage.verify(verifier, SIGNED_BY_SECOND).subject()).isEqualTo("alice");
    }

    @Test
    void t1_plainHttpIsRefusedBeforeAnyByteIsSent() {
        AuthorizationServerMetadata far = AuthorizationServerMetadata.builder(IdTokenStage.ISSUER)
                .jwksUri(URI.create("http://keys.example.com/jwks"))
                .build();
        JoseIdTokens strict = stage.verifier();
        JoseIdTokens loose = JoseIdTokens.builder(
                        stage.keys().dangerouslyAllowHttp().build())
                .build();

        for (JoseIdTokens verifier : List.of(strict, loose)) {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> verifier.verify(IdToken.of(SIGNED_BY_FIRST), far, IdTokenStage.CLIENT))
                    .withMessageContaining("jwks_uri: is not https");
        }
        requests(0);
    }

    @Test
    void t1_plainHttpOnLoopbackIsForTestsThatSaySo() throws IOException {
        AuthorizationServerMetadata near = AuthorizationServerMetadata.builder(IdTokenStage.ISSUER)
                .jwksUri(URI.create("http://127.0.0.1:8080/jwks"))
                .build();
        stage.publishes(FIRST);
        JoseIdTokens loose = JoseIdTokens.builder(
                        stage.keys().dangerouslyAllowHttp().build())
                .build();

        assertThat(loose.verify(IdToken.of(SIGNED_BY_FIRST), near, IdTokenStage.CLIENT)
                        .subject())
                .isEqualTo("alice");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void t2_redirectOfTheKeysIsNotFollowed(int status) {
        stage.answers(Answer.of(status).header("Location", "https://evil.example.com/jwks"));

        assertThatExceptionOfType(InvalidResponseException.class)
                .isThrownBy(() -> stage.verify(SIGNED_BY_FIRST))
                .withMessageContaining("redirect (status " + status + ")");
        requests(1);
    }

    @Test
    void t4_moreThan50KibAreNotRead() {
        InputStream endless = new InputStream() {
            private long read;

            @Override
            public int read() {
                if (++read > 200 * 1024) {
                    throw new AssertionError("read on behind the cap");
                }
                return ' ';
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                buffer[offset] = (byte) read();
                return 1;
            }
        };
        stage.answers(Answer.of(200).header("Content-Type", "application/json").body(() -> endless));

        assertThatExceptionOfType(InvalidResponseException.class)
                .isThrownBy(() -> stage.verify(SIGNED_BY_FIRST))
                .withMessageContaining("larger than 51200 bytes");
        assertThat(stage.transport.openResponses()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "text/plain", "application/jwt", ""})
    void t5_anotherContentTypeIsRefused(String type) {
        Answer answer = Answer.of(200).body(Keys.set(FIRST).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        stage.answers(type.isEmpty() ? answer : answer.header("Content-Type", type));

        assertThatExceptionOfType(InvalidResponseException.class)
                .isThrownBy(() -> stage.verify(SIGNED_BY_FIRST))
                .withMessageContaining("content-type from keys.example.com");
    }

    @ParameterizedTest
    @CsvSource({"404,CONFIGURATION", "401,CONFIGURATION", "204,CONFIGURATION", "500,IO", "503,IO", "429,IO"})
    void aStatusSaysWhoMustAct(int status, String whose) {
        stage.answers(Answer.of(status));

        if (whose.equals("IO")) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> stage.verify(SIGNED_BY_FIRST))
                    .withMessageContaining("status " + status);
        } else {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> stage.verify(SIGNED_BY_FIRST))
                    .withMessageContaining("status " + status);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"keys\":{}}",
                "{\"keys\":[7]}",
                "{\"keys\":[],\"keys\":[]}",
                "{\"keys\":[{\"kty\":\"RSA\",\"kty\":\"RSA\"}]}",
                "{\"keys\":[]} x",
                "<html>"
            })
    void t6_whatIsNoJwkSetIsRefused(String document) {
        stage.answers(Answer.json(200, document));

        assertThatExceptionOfType(InvalidResponseException.class)
                .isThrownBy(() -> stage.verify(SIGNED_BY_FIRST))
                .withMessageContaining("jwks_uri from keys.example.com: is no JWK set");
    }

    @Test
    void t6_aDeepDocumentIsRefused() {
        stage.answers(Answer.json(200, "{\"keys\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}"));

        assertThatExceptionOfType(InvalidResponseException.class)
                .isThrownBy(() -> stage.verify(SIGNED_BY_FIRST))
                .withMessageContaining("deeper");
    }

    @Test
    void aDocumentOfThousandsOfKeysIsRefused() {
        String many = IntStream.range(0, 2_500).mapToObj(i -> "{\"kty\":\"x\"}").collect(Collectors.joining(","));
        stage.answers(Answer.json(200, "{\"keys\":[" + many + "," + FIRST + "]}"));

        assertThatExceptionOfType(InvalidResponseException.class)
                .isThrownBy(() -> stage.verify(SIGNED_BY_FIRST))
                .withMessageContaining("has 2501 keys, more than 200");
    }

    @Test
    void theKeysOfTwoServersAreKeptApart() throws IOException {
        stage.publishes(FIRST);
        stage.transport.onGet("/other").alwaysAnswers(set(Keys.jwk(Keys.OTHER_RSA, "1", "")));
        JoseIdTokens verifier = stage.verifier();
        AuthorizationServerMetadata other = AuthorizationServerMetadata.builder("https://other.example.com")
                .jwksUri(URI.create("https://other.example.com/other"))
                .build();

        stage.verify(verifier, SIGNED_BY_FIRST);
        verifier.verify(IdToken.of(token("1", Keys.OTHER_RSA)), other, IdTokenStage.CLIENT);
        IdTokenSignatureTest.refused("does not hold", () -> stage.verify(verifier, token("1", Keys.OTHER_RSA)));
        requests(2);
    }

    @Test
    void aServerWithoutKeysAddressIsAConfigurationMatter() {
        AuthorizationServerMetadata server =
                AuthorizationServerMetadata.builder(IdTokenStage.ISSUER).build();

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> stage.verifier().verify(IdToken.of(SIGNED_BY_FIRST), server, IdTokenStage.CLIENT))
                .withMessageContaining("jwks_uri: is not in the metadata of https://as.example.com");
    }

    @Test
    void aServerWhoseKeysAddressIsNoneIsTold() {
        AuthorizationServerMetadata server =
                AuthorizationServerMetadata.of(Map.of("issuer", IdTokenStage.ISSUER, "jwks_uri", "/jwks"));

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> stage.verifier().verify(IdToken.of(SIGNED_BY_FIRST), server, IdTokenStage.CLIENT))
                .withMessageContaining(
                        "jwks_uri: in the metadata of https://as.example.com cannot be used: jwks_uri must be an absolute");
    }

    @Test
    void knownKeysNeedNoRequest() throws IOException {
        JoseIdTokens verifier =
                JoseIdTokens.builder(ServerKeys.of(Keys.set(FIRST))).build();

        assertThat(stage.verify(verifier, SIGNED_BY_FIRST).subject()).isEqualTo("alice");
        refusedKey(verifier, SIGNED_BY_SECOND);
        requests(0);
    }

    @Test
    void knownKeysOfWhichNoneIsUsableAreRefused() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> ServerKeys.of("{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}"))
                .withMessageContaining("jwkSet: has no key");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> ServerKeys.of("{}"))
                .withMessageContaining("jwkSet: is no JWK set");
    }

    @Test
    void aFullExecutorFailsAndIsNotWaitedFor() {
        JoseIdTokens verifier = JoseIdTokens.builder(stage.keys()
                        .executor(task -> {
                            throw new java.util.concurrent.RejectedExecutionException("full");
                        })
                        .build())
                .build();

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> stage.verify(verifier, SIGNED_BY_FIRST))
                .withMessageContaining("The executor took no more work");
    }

    @Test
    void theFetchRunsOnADaemonThreadWithoutAClassLoader() throws IOException {
        List<Thread> threads = new ArrayList<>();
        stage.transport.onGet("/jwks").alwaysAnswers(request -> {
            threads.add(Thread.currentThread());
            assertThat(Thread.currentThread().getContextClassLoader()).isNull();
            return set(FIRST);
        });
        JoseIdTokens verifier = JoseIdTokens.create(stage.transport);

        stage.verify(verifier, SIGNED_BY_FIRST);

        assertThat(threads).singleElement().satisfies(thread -> {
            assertThat(thread.isDaemon()).isTrue();
            assertThat(thread).isNotSameAs(Thread.currentThread());
        });
    }

    @Test
    void aWaiterThatIsInterruptedGoesAndTheFetchGoesOn() throws IOException {
        stage.answers(set(FIRST));
        JoseIdTokens verifier = JoseIdTokens.builder(
                        stage.keys().executor(background::add).build())
                .build();

        Thread.currentThread().interrupt();
        assertThatExceptionOfType(java.io.InterruptedIOException.class)
                .isThrownBy(() -> stage.verify(verifier, SIGNED_BY_FIRST));
        assertThat(Thread.interrupted()).isTrue();

        background.remove().run();
        assertThat(stage.verify(verifier, SIGNED_BY_FIRST).subject()).isEqualTo("alice");
        requests(1);
    }

    private void refusedKey(JoseIdTokens verifier, String token) {
        IdTokenSignatureTest.refused("that is not among the", () -> stage.verify(verifier, token));
    }
}
