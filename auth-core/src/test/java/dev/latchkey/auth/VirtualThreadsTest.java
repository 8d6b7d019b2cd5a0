package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.Gson;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.testkit.MutableClock;
import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Virtual threads on one carrier, in a process of its own: the scheduler's settings are read once. */
class VirtualThreadsTest {

    private static final int THREADS = 10_000;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tenThousandVirtualThreadsOnOneCarrierShareOneRefresh(boolean flightsToo) throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "Java has virtual threads from 21 on");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djdk.virtualThreadScheduler.parallelism=1",
                        "-Djdk.virtualThreadScheduler.maxPoolSize=1",
                        "-cp",
                        classPath(),
                        VirtualThreadsProgram.class.getName(),
                        Integer.toString(THREADS),
                        Boolean.toString(flightsToo)))
                .redirectErrorStream(true);
        // With it, each Java says first that it has seen it.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("the program ends: nothing pins the carrier")
                    .isTrue();
            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualToIgnoringNewLines(THREADS + " times [t2] with 1 refresh");
        } finally {
            process.destroyForcibly();
        }
    }

    private static String classPath() {
        return Stream.of(
                        VirtualThreadsProgram.class,
                        OAuthClient.class,
                        HttpTransport.class,
                        MutableClock.class,
                        Gson.class)
                .map(VirtualThreadsTest::home)
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The directory or jar that a class comes from. */
    private static String home(Class<?> type) {
        String name = type.getName().replace('.', '/') + ".class";
        String source = String.valueOf(type.getResource("/" + name));
        String home = source.substring(0, source.length() - name.length());
        return Path.of(URI.create(home.startsWith("jar:") ? home.substring(4, home.length() - 2) : home))
                .toString();
    }
}
