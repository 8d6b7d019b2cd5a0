package dev.latchkey.store.file;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/**
 * Counts up in shared records by compare-and-set. Runs in processes and class loaders of its own: it knows the store and Java only,
 * so that it starts quickly.
 */
public final class Counting {

    private static final String PARTITION = "counters";

    private Counting() {}

    /** Counts up as often as the second argument says, in as many records as the third one says, and tells of each write. */
    public static void main(String[] arguments) throws IOException {
        // Each line is one write to the pipe, so that none is torn when the process is killed.
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            count(Path.of(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), out);
        }
    }

    /** Counts in this process; public for class loaders that have a copy of this class. */
    public static void count(Path directory, int times, int records) throws IOException {
        count(directory, times, records, null);
    }

    private static void count(Path directory, int times, int records, FileOutputStream out) throws IOException {
        TokenStore store = FileTokenStore.open(directory);
        Random random = new Random();
        for (int i = 0; i < times; i++) {
            int record = random.nextInt(records);
            int count = countUp(store, record);
            if (out != null) {
                out.write((record + " " + count + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private static int countUp(TokenStore store, int record) throws IOException {
        while (true) {
            Optional<StoreEntry> entry = store.find(key(record));
            int next = 1 + entry.map(it -> verified(it.record().content())).orElse(0);
            RecordVersion expected = entry.map(StoreEntry::version).orElse(RecordVersion.ABSENT);
            if (store.replace(key(record), expected, StoreRecord.of(content(next), StoreRecord.FOREVER))
                    .isPresent()) {
                return next;
            }
        }
    }

    static StoreKey key(int record) {
        return StoreKey.of(PARTITION, "counter-" + record);
    }

    /** The count of a record; 0 where there is none. */
    static int counted(TokenStore store, int record) throws IOException {
        return store.find(key(record))
                .map(entry -> verified(entry.record().content()))
                .orElse(0);
    }

    /** A count, and as much besides as takes more than one block of the disk; all of it follows from the count. */
    private static byte[] content(int count) {
        Random random = new Random(count);
        byte[] filling = new byte[random.nextInt(20_000)];
        random.nextBytes(filling);
        return ByteBuffer.allocate(Integer.BYTES + filling.length)
                .putInt(count)
                .put(filling)
                .array();
    }

    private static int verified(byte[] content) {
        int count = ByteBuffer.wrap(content).getInt();
        if (!Arrays.equals(content, content(count))) {
            throw new IllegalStateException("The record of count " + count + " is not what was written");
        }
        return count;
    }
}
