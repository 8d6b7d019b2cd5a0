package dev.latchkey.store.redis;

import dev.latchkey.auth.spi.StoreKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What things are called in Redis. The braces make a partition one hash slot, so that a script may touch all of its keys
 * in a cluster; no name of a record can be mistaken for anything else, since it has neither a colon nor a number sign.
 */
final class RedisKeys {

    private final String prefix;

    RedisKeys(String prefix) {
        this.prefix = prefix;
    }

    String channel() {
        return prefix + ":changes";
    }

    byte[] record(StoreKey key) {
        return bytes(recordName(key));
    }

    /** All keys of a write: the record, the receipts of its latest writes, the partition's names, and their times. */
    List<byte[]> written(StoreKey key) {
        return List.of(
                record(key), bytes(recordName(key) + ":receipts"), names(key.partition()), times(key.partition()));
    }

    List<byte[]> listed(String partition) {
        return List.of(names(partition), times(partition));
    }

    private String recordName(StoreKey key) {
        return prefix + ":{" + key.partition() + "}:" + key.name();
    }

    private byte[] names(String partition) {
        return bytes(prefix + ":{" + partition + "}#names");
    }

    private byte[] times(String partition) {
        return bytes(prefix + ":{" + partition + "}#times");
    }

    /** What is published of a change. */
    static String message(StoreKey key) {
        return key.partition() + "/" + key.name();
    }

    /** The key that a message tells of; nothing if somebody else published it. */
    static Optional<StoreKey> changed(String message) {
        int slash = message.indexOf('/');
        try {
            return slash < 0
                    ? Optional.empty()
                    : Optional.of(StoreKey.of(message.substring(0, slash), message.substring(slash + 1)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
