package dev.latchkey.it.store;

import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.store.file.FileTokenStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class EncryptedFileStoreTest extends EncryptedStoreContract {

    @TempDir
    private Path temporary;

    @Override
    TokenStore below() throws Exception {
        return FileTokenStore.builder(temporary.resolve("tokens")).clock(clock).open();
    }
}
