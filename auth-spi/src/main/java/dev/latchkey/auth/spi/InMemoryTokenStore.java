package dev.latchkey.auth.spi;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The reference store: a map in memory, for one process and as long as that lives.
 *
 * <p>Records whose time has passed are forgotten when they are met, and all of them are swept once in every thousand
 * writes, so that abandoned ones do not pile up. Safe for use by any number of threads at once, without a lock.
 */
public final class InMemoryTokenStore implements TokenStore {

    private static final int FEWEST_WRITES_BETWEEN_SWEEPS = 1_000;

    private final Clock clock;
    // Versions come from one counter for the whole store, so that none ever comes back.
    private final AtomicLong versions = new AtomicLong();
    private final AtomicLong nextSweep = new AtomicLong(FEWEST_WRITES_BETWEEN_SWEEPS);
    private final ConcurrentMap<String, ConcurrentSkipListMap<String, Held>> partitions = new ConcurrentHashMap<>();
    private final List<Consumer<StoreKey>> listeners = new CopyOnWriteArrayList<>();

    private InMemoryTokenStore(Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /**
     * Makes an empty store on the system's clock.
     *
     * @return the store
     */
    public static InMemoryTokenStore create() {
        return create(Clock.systemUTC());
    }

    /**
     * Makes an empty store.
     *
     * @param clock tells when a record's time has passed
     * @return the store
     */
    public static InMemoryTokenStore create(Clock clock) {
        return new InMemoryTokenStore(clock);
    }

    @Override
    public Optional<StoreEntry> find(StoreKey key) {
        Map<String, Held> records = partitions.get(key.partition());
        return records == null
                ? Optional.empty()
                : Optional.ofNullable(records.get(key.name()))
                        .filter(this::isUsable)
                        .map(Held::entry);
    }

    @Override
    public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record) {
        long number = versions.incrementAndGet();
        Held written = new Held(number, record);
        AtomicReference<@Nullable Held> now = new AtomicReference<>();
        // Within the partition's own change, so that a sweep cannot take an empty partition away meanwhile.
        partitions.compute(key.partition(), (partition, before) -> {
            ConcurrentSkipListMap<String, Held> records = before == null ? new ConcurrentSkipListMap<>() : before;
            now.set(records.compute(key.name(), (name, present) -> {
                RecordVersion found = present == null || !isUsable(present) ? RecordVersion.ABSENT : present.version();
                return found.equals(expected) ? written : present;
            }));
            return records;
        });
        // As many writes as there were records, so that each pays for one look at one record, however many there are.
        long due = nextSweep.get();
        if (number >= due && nextSweep.compareAndSet(due, Long.MAX_VALUE)) {
            sweep();
            nextSweep.set(number + Math.max(FEWEST_WRITES_BETWEEN_SWEEPS, size()));
        }
        if (now.get() != written) {
            return Optional.empty();
        }
        tell(key);
        return Optional.of(written.version());
    }

    @Override
    public boolean remove(StoreKey key, RecordVersion expected) {
        Map<String, Held> records = partitions.get(key.partition());
        Held present = records == null ? null : records.get(key.name());
        // The two-argument remove compares by identity here, since what is held has no equality of its own.
        boolean removed = records != null
                && present != null
                && isUsable(present)
                && present.version().equals(expected)
                && records.remove(key.name(), present);
        if (removed) {
            tell(key);
        }
        return removed;
    }

    @Override
    public KeyPage keys(String partition, String cursor, int limit) {
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("limit must be from 1 to 1,000");
        }
        ConcurrentSkipListMap<String, Held> records = partitions.get(partition);
        if (records == null) {
            return KeyPage.last(List.of());
        }
        List<StoreKey> page = new ArrayList<>();
        for (Map.Entry<String, Held> each : records.tailMap(cursor, false).entrySet()) {
            if (!isUsable(each.getValue())) {
                continue;
            }
            if (page.size() == limit) {
                return KeyPage.of(page, page.get(limit - 1).name());
            }
            page.add(StoreKey.of(partition, each.getKey()));
        }
        return KeyPage.last(page);
    }

    @Override
    @SuppressWarnings("UnnecessaryMethodReference") // the identity of the reference is its purpose
    public Optional<Subscription> changes(Consumer<StoreKey> listener) {
        // Wrapped, so that the same listener subscribed twice is two subscriptions.
        Consumer<StoreKey> own = listener::accept;
        listeners.add(own);
        return Optional.of(() -> listeners.remove(own));
    }

    /**
     * Tells how many records the store holds, those whose time has passed and that were not swept yet included.
     *
     * @return the number of records
     */
    public int size() {
        return partitions.values().stream().mapToInt(Map::size).sum();
    }

    private boolean isUsable(Held held) {
        return !clock.instant().isAfter(held.usableUntil());
    }

    /** A record in one object beside its bytes: there is one for each session. Made into an entry when somebody asks for it. */
    private static final class Held {

        private final byte[] content;
        private final long version;
        private final long untilSecond;
        private final int untilNano;

        Held(long version, StoreRecord record) {
            this.content = record.content();
            this.version = version;
            Instant until = record.usableUntil();
            this.untilSecond = until.getEpochSecond();
            this.untilNano = until.getNano();
        }

        RecordVersion version() {
            return RecordVersion.of(Long.toString(version));
        }

        Instant usableUntil() {
            return Instant.ofEpochSecond(untilSecond, untilNano);
        }

        StoreEntry entry() {
            return StoreEntry.of(version(), StoreRecord.of(content, usableUntil()));
        }
    }

    private void sweep() {
        // Some partitions are of one user, and would pile up empty.
        partitions
                .keySet()
                .forEach(partition -> partitions.computeIfPresent(partition, (name, records) -> {
                    records.values().removeIf(entry -> !isUsable(entry));
                    return records.isEmpty() ? null : records;
                }));
    }

    private void tell(StoreKey key) {
        for (Consumer<StoreKey> listener : listeners) {
            try {
                listener.accept(key);
            } catch (RuntimeException e) {
                // The change has happened: a listener's failure must not look like the store's.
                System.getLogger(InMemoryTokenStore.class.getName())
                        .log(System.Logger.Level.DEBUG, "A listener failed", e);
            }
        }
    }
}
