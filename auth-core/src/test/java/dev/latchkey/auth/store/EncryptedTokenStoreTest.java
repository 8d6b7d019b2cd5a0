package dev.latchkey.auth.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.store.UnreadableRecordException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class EncryptedTokenStoreTest {

    private static final StoreKey KEY = StoreKey.of("partition", "name");
    private static final Instant UNTIL = Instant.parse("2099-01-02T03:04:05.678Z");
    private static final String SECRET = "a refresh token";

    private final InMemoryTokenStore below = InMemoryTokenStore.create();
    private final EncryptionKey first = EncryptionKey.random("first", new SecureRandom());
    private final EncryptionKey second = EncryptionKey.random("second", new SecureRandom());
    private final TokenStore store = EncryptedTokenStore.over(below, EncryptionKeys.of(first));

    private static StoreRecord record(String content) {
        return StoreRecord.of(content.getBytes(StandardCharsets.UTF_8), UNTIL);
    }

    private static Optional<String> found(TokenStore store, StoreKey key) throws TokenStoreException {
        return store.find(key).map(entry -> new String(entry.record().content(), StandardCharsets.UTF_8));
    }

    private byte[] bytesBelow(StoreKey key) {
        return below.find(key).orElseThrow().record().content();
    }

    /** What somebody with a hand in the store below does. */
    private void plant(StoreKey key, byte[] content, Instant until) {
        RecordVersion version = below.find(key).map(StoreEntry::version).orElse(RecordVersion.ABSENT);
        assertThat(below.replace(key, version, StoreRecord.of(content, until))).isPresent();
    }

    private static UnreadableRecordException unreadable(TokenStore store, StoreKey key) {
        return assertThrows(UnreadableRecordException.class, () -> store.find(key));
    }

    @Test
    void theStoreBelowSeesNeitherTheContentNorItsRepetition() throws Exception {
        RecordVersion version =
                store.replace(KEY, RecordVersion.ABSENT, record(SECRET)).orElseThrow();
        byte[] once = bytesBelow(KEY);
        store.replace(KEY, version, record(SECRET));
        byte[] again = bytesBelow(KEY);

        assertThat(new String(once, StandardCharsets.ISO_8859_1)).doesNotContain("refresh");
        int sealed = once.length - SECRET.length() - Envelope.TAG;
        assertThat(Arrays.copyOfRange(once, sealed, once.length))
                .isNotEqualTo(Arrays.copyOfRange(again, sealed, again.length));
        assertThat(below.find(KEY).orElseThrow().record().usableUntil()).isEqualTo(UNTIL);
    }

    @Test
    void noNonceComesTwice() throws Exception {
        Set<String> nonces = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            StoreKey key = StoreKey.of("partition", "n" + i);
            store.replace(key, RecordVersion.ABSENT, record(SECRET));
            byte[] nonce = Envelope.read(bytesBelow(key)).nonce();
            nonces.add(Arrays.toString(nonce));
        }
        assertThat(nonces).hasSize(2_000);
    }

    /** The format is for years: a record of this release must be found by the next. */
    @Test
    void opensARecordOfTheFirstFormat() throws Exception {
        byte[] key = new byte[32];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) i;
        }
        SecureRandom nonces = new SecureRandom() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
                Arrays.fill(bytes, (byte) 7);
            }
        };
        EncryptionKeys keys = EncryptionKeys.of(EncryptionKey.of("k", key));

        EncryptedTokenStore.over(below, () -> keys, nonces).replace(KEY, RecordVersion.ABSENT, record("content"));

        StringBuilder hex = new StringBuilder();
        for (byte each : bytesBelow(KEY)) {
            hex.append(String.format("%02x", each));
        }
        assertThat(hex.toString()).isEqualTo(VECTOR);
    }

    /** Made with OpenSSL's AES-256-GCM through Python's cryptography package. */
    private static final String VECTOR =
            "ec4c4b4501016b000003b3dae1932e0707070707070707070707076c05c8280a61a347f0ee3395942ec047c7845f9d5a8a2f";

    @Test
    void s3_aRecordInAnothersPlaceDoesNotOpen() throws Exception {
        StoreKey samePartition = StoreKey.of("partition", "nome");
        StoreKey sameName = StoreKey.of("portition", "name");
        StoreKey shifted = StoreKey.of("partitionn", "ame");
        store.replace(KEY, RecordVersion.ABSENT, record(SECRET));
        store.replace(samePartition, RecordVersion.ABSENT, record("the victim's"));

        for (StoreKey key : new StoreKey[] {samePartition, sameName, shifted}) {
            plant(key, bytesBelow(KEY), UNTIL);
            assertThat(unreadable(store, key).reason()).isEqualTo(Reason.DOES_NOT_OPEN);
        }
        assertThat(found(store, KEY)).contains(SECRET);
    }

    @Test
    void s3_everyChangedByteIsNoticed() throws Exception {
        store.replace(KEY, RecordVersion.ABSENT, record(SECRET));
        byte[] right = bytesBelow(KEY);
        for (int i = 0; i < right.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] wrong = right.clone();
                wrong[i] ^= (byte) (1 << bit);
                plant(KEY, wrong, UNTIL);
                unreadable(store, KEY);
            }
        }
    }

    @Test
    void aRecordThatWasCutOffOrContinuedIsNoticed() throws Exception {
        store.replace(KEY, RecordVersion.ABSENT, record(SECRET));
        byte[] right = bytesBelow(KEY);
        for (int length = 0; length < right.length + 20; length++) {
            if (length != right.length) {
                plant(KEY, Arrays.copyOf(right, length), UNTIL);
                unreadable(store, KEY);
            }
        }
    }

    @Test
    void anotherTimeIsNoticed() throws Exception {
        store.replace(KEY, RecordVersion.ABSENT, record(SECRET));
        byte[] right = bytesBelow(KEY);

        plant(KEY, right, UNTIL.plusSeconds(1));
        assertThat(unreadable(store, KEY).reason()).isEqualTo(Reason.DOES_NOT_OPEN);
        plant(KEY, right, UNTIL.minusSeconds(1));
        assertThat(unreadable(store, KEY).reason()).isEqualTo(Reason.DOES_NOT_OPEN);
        // A store that keeps the time in other units may round it.
        plant(KEY, right, UNTIL.plusMillis(1));
        assertThat(store.find(KEY).orElseThrow().record().usableUntil()).isEqualTo(UNTIL);
    }

    @Test
    void anUnknownKeyIsNamed() throws Exception {
        store.replace(KEY, RecordVersion.ABSENT, record(SECRET));
        TokenStore other = EncryptedTokenStore.over(below, EncryptionKeys.of(second));

        UnreadableRecordException unreadable = unreadable(other, KEY);

        assertThat(unreadable.reason()).isEqualTo(Reason.UNKNOWN_KEY);
        assertThat(unreadable.keyId()).contains("first");
        assertThat(unreadable)
                .hasMessage("Record partition/name cannot be opened: it is under key first, which is not among"
                        + " EncryptionKeys[second]");
        assertThat(other.replace(KEY, RecordVersion.ABSENT, record("mine")))
                .as("a record that cannot be read is not absent")
                .isEmpty();
        assertThat(found(store, KEY)).contains(SECRET);
    }

    @Test
    void anotherKeyUnderTheSameIdIsNoticed() throws Exception {
        store.replace(KEY, RecordVersion.ABSENT, record(SECRET));
        EncryptionKey impostor = EncryptionKey.random("first", new SecureRandom());

        UnreadableRecordException unreadable =
                unreadable(EncryptedTokenStore.over(below, EncryptionKeys.of(impostor)), KEY);

        assertThat(unreadable.reason()).isEqualTo(Reason.DOES_NOT_OPEN);
        assertThat(unreadable.keyId()).contains("first");
        assertThat(unreadable).hasMessageContaining("key under the id first is another one");
    }

    @Test
    void whatCannotBeReadCanBeGivenUp() throws Exception {
        store.replace(KEY, RecordVersion.ABSENT, record(SECRET));
        TokenStore other = EncryptedTokenStore.over(below, EncryptionKeys.of(second));

        assertThat(other.remove(KEY, unreadable(other, KEY).version())).isTrue();

        assertThat(other.find(KEY)).isEmpty();
    }

    @Test
    void keysChangeWhileTheStoreIsInUse() throws Exception {
        AtomicReference<EncryptionKeys> keys = new AtomicReference<>(EncryptionKeys.of(first));
        TokenStore rotating = EncryptedTokenStore.over(below, keys::get);
        RecordVersion version =
                rotating.replace(KEY, RecordVersion.ABSENT, record(SECRET)).orElseThrow();
        assertThat(Envelope.read(bytesBelow(KEY)).keyId()).isEqualTo("first");

        keys.set(EncryptionKeys.of(second).alsoReading(first));
        assertThat(found(rotating, KEY)).contains(SECRET);
        rotating.replace(KEY, version, record("a newer token"));
        assertThat(Envelope.read(bytesBelow(KEY)).keyId()).isEqualTo("second");

        keys.set(EncryptionKeys.of(second));
        assertThat(found(rotating, KEY)).contains("a newer token");
    }

    @Test
    void keysThatCannotBeHadAreTheStoresFailure() {
        TokenStore without = EncryptedTokenStore.over(below, () -> {
            throw new IllegalStateException("the vault is sealed");
        });

        assertThatThrownBy(() -> without.replace(KEY, RecordVersion.ABSENT, record(SECRET)))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("keys cannot be had")
                .hasRootCauseMessage("the vault is sealed");
        assertThat(below.find(KEY)).as("nothing in clear instead").isEmpty();
    }

    @Test
    void aRecordInClearIsRefused() {
        below.replace(KEY, RecordVersion.ABSENT, record("{\"in\":\"clear\"}"));

        UnreadableRecordException unreadable = unreadable(store, KEY);

        assertThat(unreadable.reason()).isEqualTo(Reason.NOT_ENCRYPTED);
        assertThat(unreadable.keyId()).isEmpty();
        assertThat(unreadable).hasMessageContaining("dangerouslyReadingPlaintext()");
    }

    @Test
    void aRecordInClearIsReadOnDemandAndEncryptedWhenItIsNextWritten() throws Exception {
        RecordVersion version = below.replace(KEY, RecordVersion.ABSENT, record("{\"in\":\"clear\"}"))
                .orElseThrow();
        TokenStore migrating = ((EncryptedTokenStore) store).dangerouslyReadingPlaintext();

        StoreEntry entry = migrating.find(KEY).orElseThrow();
        assertThat(entry.version()).isEqualTo(version);
        assertThat(entry.record().content()).asString().isEqualTo("{\"in\":\"clear\"}");
        assertThat(migrating.replace(KEY, version, record("{\"in\":\"secret\"}")))
                .isPresent();

        assertThat(found(store, KEY)).contains("{\"in\":\"secret\"}");
    }

    @Test
    void aMigrationDoesNotReadWhatWasTamperedWith() throws Exception {
        store.replace(KEY, RecordVersion.ABSENT, record(SECRET));
        byte[] wrong = bytesBelow(KEY);
        wrong[wrong.length - 1] ^= 1;
        plant(KEY, wrong, UNTIL);

        assertThat(unreadable(((EncryptedTokenStore) store).dangerouslyReadingPlaintext(), KEY)
                        .reason())
                .isEqualTo(Reason.DOES_NOT_OPEN);
    }
}
