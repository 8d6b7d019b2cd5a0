package dev.latchkey.auth.store;

import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.TokenStoreContract;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;

/** Two users with keys of their own current one, who read each other's records: a rotation in the middle. */
class EncryptedStoreContractTest extends TokenStoreContract {

    private final MutableClock clock = MutableClock.create();
    private final InMemoryTokenStore below = InMemoryTokenStore.create(clock);
    private final EncryptionKey before = EncryptionKey.random("before", new SecureRandom());
    private final EncryptionKey after = EncryptionKey.random("after", new SecureRandom());

    @Override
    protected TokenStore create() {
        return EncryptedTokenStore.over(below, EncryptionKeys.of(before).alsoReading(after));
    }

    @Override
    protected TokenStore another(TokenStore store) {
        return EncryptedTokenStore.over(below, EncryptionKeys.of(after).alsoReading(before));
    }

    @Override
    protected Instant now() {
        return clock.instant();
    }

    @Override
    protected void pass(Duration time) {
        clock.advance(time);
    }
}
