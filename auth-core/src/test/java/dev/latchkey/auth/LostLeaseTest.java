package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.UncertainRefresh;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.testkit.Answer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Leases whose answer is lost, and leases that somebody else has broken. */
class LostLeaseTest extends WithSessions {

    private OAuthClient strictNode(TokenStore in) {
        return builder(transport, in)
                .server(AuthorizationServer.of(AuthorizationServerMetadata.builder("https://issuer.example")
                                .tokenEndpoint(URI.create("https://issuer.example/token"))
                                .build())
                        .uncertainRefresh(UncertainRefresh.REAUTHORIZE))
                .build();
    }

    private Account expiredSession() {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        return alice;
    }

    private String content() {
        return new String(store.find(allKeys().get(0)).orElseThrow().record().content(), StandardCharsets.UTF_8);
    }

    private void rewrite(Function<String, String> change) {
        StoreKey key = allKeys().get(0);
        StoreRecord record =
                StoreRecord.of(change.apply(content()).getBytes(StandardCharsets.UTF_8), StoreRecord.FOREVER);
        assertThat(store.replace(key, store.find(key).orElseThrow().version(), record))
                .isPresent();
    }

    private static String bySuccessor(String record) {
        return record.replaceAll("\"owner\":\"[^\"]*\"", "\"owner\":\"successor\"");
    }

    /** Does each write, and loses the first answer. */
    private final class Forgetful extends CountingStore {

        private final AtomicInteger writes = new AtomicInteger();
        private final boolean breaksDown;
        private final AtomicBoolean down = new AtomicBoolean();

        Forgetful(boolean breaksDown) {
            super(store);
            this.breaksDown = breaksDown;
        }

        private void check() throws TokenStoreException {
            if (down.get()) {
                throw new TokenStoreException("connection refused", null);
            }
        }

        @Override
        public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
            check();
            return super.find(key);
        }

        @Override
        public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
                throws TokenStoreException {
            check();
            Optional<RecordVersion> written = super.replace(key, expected, record);
            if (writes.incrementAndGet() == 1) {
                down.set(breaksDown);
                throw new TokenStoreException("connection lost", null);
            }
            return written;
        }
    }

    @Test
    void aLostAnswerToTheLeasesWriteIsNoUncertainAttempt() {
        Account alice = expiredSession();
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        OAuthClient node = strictNode(new Forgetful(false));
        assertThat(node.tokens(alice, READ).token().reveal()).isEqualTo("second");
        assertThat(transport.lastRequest().form()).containsEntry("refresh_token", "r1");
        assertThat(content()).contains("\"refresh_token\":\"r2\"").doesNotContain("lease");
    }

    @Test
    void aLeaseThatStaysBecauseTheStoreFailedIsNoUncertainAttemptOfItsWriter() {
        Account alice = expiredSession();
        Forgetful forgetful = new Forgetful(true);
        OAuthClient node = strictNode(forgetful);
        assertThatThrownBy(() -> node.tokens(alice, READ).token())
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining("nothing was sent");
        assertThat(content()).contains("\"lease\":{\"owner\":");
        assertThat(transport.requests()).hasSize(1);
        forgetful.down.set(false);
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        assertThat(node.tokens(alice, READ).token().reveal()).isEqualTo("second");
        assertThat(content()).contains("\"refresh_token\":\"r2\"").doesNotContain("lease");
    }

    @Test
    void aNodeWhoseLeaseWasBrokenWritesWhatItGotAndLeavesItsSuccessorsMark() {
        Account alice = expiredSession();
        answers(request -> rewrite(LostLeaseTest::bySuccessor), granted("second", ",\"refresh_token\":\"r2\""));
        assertThat(client().tokens(alice, READ).token().reveal()).isEqualTo("second");
        assertThat(content()).contains("\"refresh_token\":\"r2\"", "\"owner\":\"successor\"");
    }

    @Test
    void aNodeThatCameTooLateTakesItsOwnMarkAwayAndNothingElse() {
        Account alice = expiredSession();
        answers(
                request -> rewrite(record -> record.replace("\"r1\"", "\"r9\"")),
                granted("second", ",\"refresh_token\":\"r2\""));
        assertThat(client().tokens(alice, READ).token().reveal()).isEqualTo("second");
        assertThat(content()).contains("\"refresh_token\":\"r9\"").doesNotContain("lease");
    }

    @Test
    void aRefusedTokenIsNotDroppedWhileASuccessorIsAtIt() {
        Account alice = expiredSession();
        AtomicBoolean refused = new AtomicBoolean();
        transport.onPost("/token").alwaysAnswers(request -> {
            if (refused.compareAndSet(false, true)) {
                rewrite(LostLeaseTest::bySuccessor);
                return Answer.json(400, "{\"error\":\"invalid_grant\"}");
            }
            return Answer.json(200, granted("ours", ",\"refresh_token\":\"r10\""));
        });
        // The successor writes what it got while this node waits for it.
        OAuthClient node = builder(transport, store)
                .pause(duration ->
                        rewrite(record -> record.replace("\"r1\"", "\"r9\"").replaceAll(",\"lease\":\\{[^}]*}", "")))
                .build();
        assertThat(node.tokens(alice, READ).token().reveal()).isEqualTo("ours");
        assertThat(transport.lastRequest().form()).containsEntry("refresh_token", "r9");
    }

    private void answers(Consumer<Object> meanwhile, String answer) {
        transport.onPost("/token").alwaysAnswers(request -> {
            meanwhile.accept(request);
            return Answer.json(200, answer);
        });
    }
}
