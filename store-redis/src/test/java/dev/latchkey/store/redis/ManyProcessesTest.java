package dev.latchkey.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.UnifiedJedis;

class ManyProcessesTest {

    private static final int PROCESSES = 3;
    private static final int EACH = 150;

    @Test
    void countingInManyProcessesLosesNothing() throws Exception {
        try (RedisServer server = RedisServer.start();
                UnifiedJedis client = server.client()) {
            RedisTokenStore store = RedisTokenStore.over(client);
            Records.create(store, Records.KEY, Records.record("0"));

            List<Process> processes = new ArrayList<>();
            for (int i = 0; i < PROCESSES; i++) {
                processes.add(count(server));
            }

            for (Process process : processes) {
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
                assertThat(process.exitValue()).as(output).isZero();
            }
            assertThat(Records.found(store, Records.KEY)).contains(Integer.toString(PROCESSES * EACH));
        }
    }

    private static Process count(RedisServer server) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath(),
                        Counter.class.getName(),
                        Integer.toString(server.port()),
                        Integer.toString(EACH))
                .redirectErrorStream(true)
                .start();
    }

    // These tests run inside their module, patched into it: so its classes are on the module path and they are not.
    private static String classPath() {
        return Stream.of(
                        Stream.of(Path.of("target", "test-classes").toString()),
                        Stream.of(Path.of("target", "classes").toString()),
                        Stream.of("java.class.path", "jdk.module.path")
                                .map(System::getProperty)
                                .filter(path -> path != null && !path.isEmpty()))
                .flatMap(path -> path)
                .collect(Collectors.joining(File.pathSeparator));
    }
}
