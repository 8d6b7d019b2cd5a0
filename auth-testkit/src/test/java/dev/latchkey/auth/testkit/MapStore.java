package dev.latchkey.auth.testkit;

import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** A right store, made of parts that a wrong one overrides. */
class MapStore implements TokenStore {

    final Clock clock;
    final Map<StoreKey, StoreEntry> records = new ConcurrentHashMap<>();
    final AtomicLong versions = new AtomicLong();

    MapStore(Clock clock) {
        this.clock = clock;
    }

    boolean isUsable(StoreEntry entry) {
        return !clock.instant().isAfter(entry.record().usableUntil());
    }

    RecordVersion next(StoreKey key) {
        return RecordVersion.of("v" + versions.incrementAndGet());
    }

    @Override
    public Optional<StoreEntry> find(StoreKey key) {
        return Optional.ofNullable(records.get(key)).filter(this::isUsable);
    }

    @Override
    public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record) {
        StoreEntry written = StoreEntry.of(next(key), record);
        StoreEntry now = records.compute(key, (same, present) -> matches(present, expected) ? written : present);
        return now == written ? Optional.of(written.version()) : Optional.empty();
    }

    boolean matches(StoreEntry present, RecordVersion expected) {
        return (present == null || !isUsable(present) ? RecordVersion.ABSENT : present.version()).equals(expected);
    }

    @Override
    public boolean remove(StoreKey key, RecordVersion expected) {
        StoreEntry present = records.get(key);
        return present != null
                && isUsable(present)
                && present.version().equals(expected)
                && records.remove(key, present);
    }

    @Override
    public KeyPage keys(String partition, String cursor, int limit) {
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("limit must be from 1 to 1,000");
        }
        List<StoreKey> rest = usable(partition).stream()
                .filter(key -> key.name().compareTo(cursor) > 0)
                .collect(Collectors.toList());
        return rest.size() <= limit
                ? KeyPage.last(rest)
                : KeyPage.of(rest.subList(0, limit), rest.get(limit - 1).name());
    }

    List<StoreKey> usable(String partition) {
        return records.entrySet().stream()
                .filter(each -> each.getKey().partition().equals(partition) && isUsable(each.getValue()))
                .map(Map.Entry::getKey)
                .sorted(Comparator.comparing(StoreKey::name))
                .collect(Collectors.toList());
    }
}
