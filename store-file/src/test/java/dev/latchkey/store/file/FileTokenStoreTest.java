package dev.latchkey.store.file;

import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.TokenStoreContract;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.io.TempDir;

/** Every user has a store of its own over the same directory, as other processes do. */
class FileTokenStoreTest extends TokenStoreContract {

    private final MutableClock clock = MutableClock.create();

    @TempDir
    private Path temporary;

    @Override
    protected TokenStore create() throws Exception {
        return open();
    }

    @Override
    protected TokenStore another(TokenStore store) throws Exception {
        return open();
    }

    private FileTokenStore open() throws Exception {
        return FileTokenStore.builder(temporary.resolve("tokens")).clock(clock).open();
    }

    @Override
    protected int rounds() {
        return 150;
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
