package dev.latchkey.it.nodes;

import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.store.file.FileTokenStore;
import dev.latchkey.store.redis.RedisTokenStore;
import java.nio.file.Path;

/** A store that several processes share, opened by each of them at the same place. */
enum StoreKind {
    FILE("alice") {
        @Override
        TokenStore open(String place) {
            return FileTokenStore.open(Path.of(place));
        }
    },
    REDIS("bob") {
        @Override
        TokenStore open(String place) {
            return RedisTokenStore.over(RedisProcess.client(Integer.parseInt(place)));
        }
    };

    private final String user;

    StoreKind(String user) {
        this.user = user;
    }

    abstract TokenStore open(String place);

    /** Whose session it keeps in these tests: a name and a subject that no other store's session has. */
    String user() {
        return user;
    }
}
