package dev.latchkey.it.store;

import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.store.EncryptedTokenStore;
import dev.latchkey.auth.store.EncryptionKey;
import dev.latchkey.auth.store.EncryptionKeys;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.TokenStoreContract;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;

/** The stores' contract, encrypted: two users in the middle of a change of keys, each writing with the other one. */
abstract class EncryptedStoreContract extends TokenStoreContract {

    final MutableClock clock = MutableClock.at(startsAt());
    private final EncryptionKey before = EncryptionKey.random("before", new SecureRandom());
    private final EncryptionKey after = EncryptionKey.random("after", new SecureRandom());
    private final List<TokenStore> opened = new CopyOnWriteArrayList<>();

    /** Makes a user of the store below, of which the first finds it empty. */
    abstract TokenStore below() throws Exception;

    /** Empties the store below. */
    void clear() throws Exception {}

    Instant startsAt() {
        return MutableClock.create().instant();
    }

    @Override
    protected final TokenStore create() throws Exception {
        clear();
        return EncryptedTokenStore.over(open(), EncryptionKeys.of(before).alsoReading(after));
    }

    @Override
    protected final TokenStore another(TokenStore store) throws Exception {
        return EncryptedTokenStore.over(open(), EncryptionKeys.of(after).alsoReading(before));
    }

    private TokenStore open() throws Exception {
        TokenStore store = below();
        opened.add(store);
        return store;
    }

    @AfterEach
    final void closeWhatIsBelow() {
        opened.forEach(TokenStore::close);
    }

    @Override
    protected int rounds() {
        return 60;
    }

    @Override
    protected final Instant now() {
        return clock.instant();
    }

    @Override
    protected final void pass(Duration time) {
        clock.advance(time);
    }
}
