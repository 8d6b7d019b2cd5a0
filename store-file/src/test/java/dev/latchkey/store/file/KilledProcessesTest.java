package dev.latchkey.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed while they write the same records. */
class KilledProcessesTest {

    private static final int KILLS = 200;
    private static final int AT_ONCE = 4;
    private static final int RECORDS = 3;

    @TempDir
    private Path temporary;

    /** What the killed ones said they had written, "record count". */
    private final Set<String> confirmed = ConcurrentHashMap.newKeySet();

    @Test
    void whatAKilledProcessHadConfirmedIsThereAndNothingIsHalfWritten() throws Exception {
        Path directory = temporary.resolve("tokens");
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Callable<Object>> work = new ArrayList<>();
            for (int kill = 0; kill < KILLS; kill++) {
                Random random = new Random(kill);
                work.add(() -> {
                    startAndKill(directory, random);
                    return random;
                });
            }
            for (Future<Object> done : threads.invokeAll(work)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }

        FileTokenStore store = FileTokenStore.open(directory);
        int sum = 0;
        for (int record = 0; record < RECORDS; record++) {
            sum += Counting.counted(store, record);
        }
        // Each may have been killed after a write and before it could tell.
        assertThat(sum).isBetween(confirmed.size(), confirmed.size() + KILLS);
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())).collect(Collectors.toList()))
                    .noneMatch(name -> name.startsWith(StoreDirectory.DAMAGED));
        }
    }

    private void startAndKill(Path directory, Random random) throws Exception {
        Process child = Java.start(Counting.class, directory, Integer.MAX_VALUE, RECORDS);
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
            List<String> told = new ArrayList<>();
            for (int writes = 1 + random.nextInt(10); writes > 0; writes--) {
                told.add(out.readLine());
            }
            // Anywhere between one write and the next ones.
            LockSupport.parkNanos(random.nextInt(5_000_000));
            // By its handle, which leaves its output to be read.
            assertThat(child.toHandle().destroyForcibly()).isTrue();
            child.waitFor();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                told.add(line);
            }
            FileTokenStore store = FileTokenStore.open(directory);
            for (String line : told) {
                assertThat(confirmed.add(line)).as("Nobody else wrote " + line).isTrue();
                String[] words = line.split(" ", 2);
                assertThat(Counting.counted(store, Integer.parseInt(words[0])))
                        .isGreaterThanOrEqualTo(Integer.parseInt(words[1]));
            }
        } finally {
            child.destroyForcibly();
        }
    }
}
