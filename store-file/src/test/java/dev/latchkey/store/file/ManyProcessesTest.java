package dev.latchkey.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes and class loaders that write the same records at once. */
class ManyProcessesTest {

    private static final int RECORDS = 2;

    @TempDir
    private Path directory;

    private final List<Process> children = new ArrayList<>();

    @AfterEach
    void endChildren() throws Exception {
        for (Process child : children) {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void processesThatCountTogetherLoseNothing() throws Exception {
        for (int i = 0; i < 4; i++) {
            children.add(Java.start(Counting.class, tokens(), 100, RECORDS));
        }

        for (Process child : children) {
            assertThat(lines(child)).hasSize(100);
            assertThat(child.waitFor()).isZero();
        }

        assertThat(sum()).isEqualTo(400);
    }

    /**
     * A process that closes any channel of a file loses all its locks on it: what one class loader does must not open the door
     * to another process while a second class loader writes.
     */
    @Test
    void classLoadersAndProcessesThatCountTogetherLoseNothing() throws Exception {
        for (int i = 0; i < 2; i++) {
            children.add(Java.start(Counting.class, tokens(), 150, RECORDS));
        }
        ExecutorService threads = Executors.newCachedThreadPool();
        try (URLClassLoader one = Java.anotherClassLoader();
                URLClassLoader two = Java.anotherClassLoader()) {
            List<Callable<Object>> work = new ArrayList<>();
            for (ClassLoader loader : List.of(one, two, one, two)) {
                Class<?> copy = loader.loadClass(Counting.class.getName());
                assertThat(copy).isNotSameAs(Counting.class);
                work.add(() -> copy.getMethod("count", Path.class, int.class, int.class)
                        .invoke(null, tokens(), 100, RECORDS));
            }
            for (Future<Object> done : threads.invokeAll(work)) {
                done.get();
            }
        } finally {
            threads.shutdown();
        }

        for (Process child : children) {
            assertThat(lines(child)).hasSize(150);
            assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(sum()).isEqualTo(2 * 150 + 4 * 100);
    }

    private Path tokens() {
        return directory.resolve("tokens");
    }

    private int sum() throws Exception {
        FileTokenStore store = FileTokenStore.open(tokens());
        int sum = 0;
        for (int record = 0; record < RECORDS; record++) {
            sum += Counting.counted(store, record);
        }
        return sum;
    }

    private static List<String> lines(Process child) throws Exception {
        List<String> lines = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
            }
        }
        return lines;
    }
}
