package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.util.concurrent.ConcurrentHashMap;

/** A static that is filled. */
@Breaks("statics")
final class CachesForever {

    private static final ConcurrentHashMap<String, String> CACHE = new ConcurrentHashMap<>();

    static String cached(String key) {
        return CACHE.computeIfAbsent(key, String::trim);
    }
}
