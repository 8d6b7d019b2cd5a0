package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import redis.clients.jedis.UnifiedJedis;

/** A technology outside its adapter. */
@Breaks("jedis")
final class UsesJedis {

    private final UnifiedJedis used;

    UsesJedis(UnifiedJedis used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
