package dev.latchkey.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.testkit.MutableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.io.TempDir;

/** A directory for a store, and the means to look into it. */
abstract class DirectoryCase {

    static final StoreKey KEY = StoreKey.of("sessions", "alice");

    final MutableClock clock = MutableClock.create();

    @TempDir
    Path temporary;

    final Path tokens() {
        return temporary.resolve("tokens");
    }

    final Path partition() {
        return tokens().resolve("partition.sessions");
    }

    /** Where the record of the key is. */
    final Path file() {
        return partition().resolve("record.alice");
    }

    final FileTokenStore open() throws TokenStoreException {
        return open(tokens());
    }

    final FileTokenStore open(Path directory) throws TokenStoreException {
        return FileTokenStore.builder(directory)
                .clock(clock)
                .lockPatience(Duration.ofMillis(20))
                .open();
    }

    static RecordVersion create(FileTokenStore store, StoreKey key, String text) throws TokenStoreException {
        return create(store, key, record(text, StoreRecord.FOREVER));
    }

    static RecordVersion create(FileTokenStore store, StoreKey key, StoreRecord record) throws TokenStoreException {
        return store.replace(key, RecordVersion.ABSENT, record).orElseThrow();
    }

    static StoreRecord record(String text, Instant usableUntil) {
        return StoreRecord.of(text.getBytes(StandardCharsets.UTF_8), usableUntil);
    }

    static StoreRecord record(String text) {
        return record(text, StoreRecord.FOREVER);
    }

    static Optional<String> found(FileTokenStore store) throws TokenStoreException {
        return store.find(KEY).map(entry -> new String(entry.record().content(), StandardCharsets.UTF_8));
    }

    /** The names in the directory and its partitions, without those of locks. */
    final List<String> names() throws IOException {
        try (Stream<Path> files = Files.walk(tokens())) {
            return files.skip(1)
                    .map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !name.startsWith("lock."))
                    .sorted()
                    .collect(Collectors.toList());
        }
    }

    static void assertRefused(ThrowingCallable call, String... words) {
        assertThatExceptionOfType(TokenStoreException.class)
                .isThrownBy(call)
                .satisfies(thrown -> assertThat(thrown.getMessage()).contains(words));
    }
}
