package dev.latchkey.auth.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the parts of {@link TokenStoreContract} stand on. */
abstract class StoreFixture {

    /** The partition of most tests. */
    protected static final String PARTITION = "a-partition";

    /** The key of most tests. */
    protected static final StoreKey KEY = StoreKey.of(PARTITION, "a-key");

    private static final int PAGES = 1_000;

    private final List<TokenStore> opened = new CopyOnWriteArrayList<>();
    private Optional<TokenStore> made = Optional.empty();

    /**
     * Makes the store to test.
     *
     * @return an empty store; the contract closes it
     * @throws Exception if it cannot be made
     */
    protected abstract TokenStore create() throws Exception;

    /**
     * Makes another user of the store that {@link #create()} made last, as another node would be.
     *
     * @param store what {@code create()} gave
     * @return a store over the same records, which the contract closes; by default the same object
     * @throws Exception if it cannot be made
     */
    protected TokenStore another(TokenStore store) throws Exception {
        return store;
    }

    /**
     * Tells the time by the store's clock.
     *
     * @return now
     */
    protected abstract Instant now();

    /**
     * Lets time pass for the store: moves its clock, or waits.
     *
     * @param time how long; at most a few seconds
     * @throws Exception if time does not pass
     */
    protected abstract void pass(Duration time) throws Exception;

    @BeforeEach
    void createStore() throws Exception {
        made = Optional.of(create());
        opened.add(store());
    }

    @AfterEach
    void closeStores() {
        opened.forEach(TokenStore::close);
        opened.forEach(TokenStore::close);
    }

    /**
     * Gives the store to test.
     *
     * @return what {@link #create()} made before this test
     */
    protected final TokenStore store() {
        return made.orElseThrow();
    }

    /**
     * Gives one more user of the store to test.
     *
     * @return what {@link #another} made; the contract closes it
     * @throws Exception if it cannot be made
     */
    protected final TokenStore anotherUser() throws Exception {
        TokenStore other = another(store());
        opened.add(other);
        return other;
    }

    /**
     * Makes a record that is usable for an hour.
     *
     * @param content the text in it
     * @return the record
     */
    protected final StoreRecord record(String content) {
        return record(content, Duration.ofHours(1));
    }

    /**
     * Makes a record that is usable for some time.
     *
     * @param content the text in it
     * @param usableFor how long from now; its time has passed already if this is negative
     * @return the record
     */
    protected final StoreRecord record(String content, Duration usableFor) {
        return StoreRecord.of(content.getBytes(StandardCharsets.UTF_8), now().plus(usableFor));
    }

    /**
     * Creates a record, which must be possible.
     *
     * @param key where nothing is
     * @param record what to write
     * @return its version
     * @throws TokenStoreException if the store fails
     */
    protected final RecordVersion created(StoreKey key, StoreRecord record) throws TokenStoreException {
        return written(store().replace(key, RecordVersion.ABSENT, record));
    }

    /**
     * Requires that a record was written.
     *
     * @param version what {@link TokenStore#replace} gave
     * @return the version
     */
    protected static RecordVersion written(Optional<RecordVersion> version) {
        assertTrue(version.isPresent(), "The record was written");
        return version.orElseThrow();
    }

    /**
     * Finds the text that a user of the store sees.
     *
     * @param store the user
     * @param key where to look
     * @return the text of the record, or nothing if there is none
     * @throws TokenStoreException if the store fails
     */
    protected static Optional<String> found(TokenStore store, StoreKey key) throws TokenStoreException {
        return store.find(key).map(entry -> new String(entry.record().content(), StandardCharsets.UTF_8));
    }

    /**
     * Lists a partition, which must end.
     *
     * @param store the user that lists
     * @param partition the partition
     * @param limit how many keys are on a page at the most
     * @return the keys of all pages, in their order
     * @throws TokenStoreException if the store fails
     */
    protected static List<StoreKey> allKeys(TokenStore store, String partition, int limit) throws TokenStoreException {
        List<StoreKey> keys = new ArrayList<>();
        Optional<String> cursor = Optional.of("");
        for (int pages = 0; cursor.isPresent(); pages++) {
            assertTrue(pages < PAGES, "The listing ends");
            KeyPage page = store.keys(partition, cursor.get(), limit);
            assertTrue(page.keys().size() <= limit, "No more than " + limit + " keys on a page");
            keys.addAll(page.keys());
            cursor = page.next();
        }
        return keys;
    }
}
