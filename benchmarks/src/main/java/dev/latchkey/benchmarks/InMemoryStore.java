package dev.latchkey.benchmarks;

import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The store in memory with many records: each operation at a record drawn at random. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init")
public class InMemoryStore {

    private static final String BY_ID = "accounts";

    // A user's name leads to the user in a second step, as an index does.
    private static final String BY_NAME = "names";

    /** How many records there are of each kind. */
    @Param({"100", "100000"})
    public int records;

    private InMemoryTokenStore store;
    private String[] subjects;

    /** Fills the store. */
    @Setup
    public void fill() {
        store = InMemoryTokenStore.create();
        subjects = Users.subjects(records);
        for (int i = 0; i < records; i++) {
            store.replace(id(i), RecordVersion.ABSENT, StoreRecord.of(new byte[4_000], StoreRecord.FOREVER));
            store.replace(
                    StoreKey.of(BY_NAME, "user" + i),
                    RecordVersion.ABSENT,
                    StoreRecord.of(new byte[] {(byte) i, (byte) (i >> 8), (byte) (i >> 16)}, StoreRecord.FOREVER));
        }
    }

    private StoreKey id(int record) {
        return StoreKey.of(BY_ID, subjects[record]);
    }

    private int any() {
        return ThreadLocalRandom.current().nextInt(records);
    }

    /**
     * Finds a record by its key.
     *
     * @return the record
     */
    @Benchmark
    public Object findById() {
        return store.find(id(any())).orElseThrow();
    }

    /**
     * Finds a record by the user's name.
     *
     * @return the record
     */
    @Benchmark
    public Object findByName() {
        byte[] named = store.find(StoreKey.of(BY_NAME, "user" + any()))
                .orElseThrow()
                .record()
                .content();
        return store.find(id((named[0] & 0xff) | (named[1] & 0xff) << 8 | (named[2] & 0xff) << 16))
                .orElseThrow();
    }

    /**
     * Lists the first hundred keys.
     *
     * @return the page
     */
    @Benchmark
    public Object firstPage() {
        return store.keys(BY_ID, "", 100);
    }

    /**
     * Removes a record and writes it again, so that there are as many afterwards.
     *
     * @return the new version
     */
    @Benchmark
    public Object removeAndWrite() {
        StoreKey key = id(any());
        var found = store.find(key).orElseThrow();
        if (!store.remove(key, found.version())) {
            throw new IllegalStateException("not removed");
        }
        return store.replace(key, RecordVersion.ABSENT, found.record()).orElseThrow();
    }
}
