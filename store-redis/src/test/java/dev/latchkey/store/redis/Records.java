package dev.latchkey.store.redis;

import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/** Short words for what the tests do to a store. */
final class Records {

    static final StoreKey KEY = StoreKey.of("partition", "key");

    private Records() {}

    static StoreRecord record(String content) {
        return record(content, StoreRecord.FOREVER);
    }

    static StoreRecord record(String content, Instant usableUntil) {
        return StoreRecord.of(content.getBytes(StandardCharsets.UTF_8), usableUntil);
    }

    static RecordVersion create(TokenStore store, StoreKey key, StoreRecord record) throws TokenStoreException {
        return store.replace(key, RecordVersion.ABSENT, record).orElseThrow();
    }

    static Optional<String> found(TokenStore store, StoreKey key) throws TokenStoreException {
        return store.find(key).map(entry -> new String(entry.record().content(), StandardCharsets.UTF_8));
    }

    static KeyPage list(TokenStore store) throws TokenStoreException {
        return store.keys(KEY.partition(), "", 1_000);
    }
}
