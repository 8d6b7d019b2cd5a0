package dev.latchkey.store.file;

import dev.latchkey.auth.spi.TokenStore;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Starts other processes, and makes other class loaders, that have the store. */
final class Java {

    private Java() {}

    /** Starts a class on the Java of this test; quick to start rather than quick to run. */
    static Process start(Class<?> main, Object... arguments) throws IOException {
        return start(command(main, arguments));
    }

    static Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        // With it, each Java says first that it has seen it.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        return builder.start();
    }

    static List<String> command(Class<?> main, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xmx64m",
                "-cp",
                classPath().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
                main.getName()));
        Stream.of(arguments).map(String::valueOf).forEach(command::add);
        return command;
    }

    /**
     * A class loader with its own copy of the store, as each application in a server has one. It has no parent: Java's platform loader
     * would give it the modules of the test.
     */
    static URLClassLoader anotherClassLoader() {
        return new URLClassLoader(classPath().map(Java::url).toArray(URL[]::new), null);
    }

    private static Stream<Path> classPath() {
        return Stream.of(Java.class, FileTokenStore.class, TokenStore.class).map(Java::home);
    }

    /** The directory or jar that a class comes from. */
    private static Path home(Class<?> type) {
        try {
            String name = type.getName().replace('.', '/') + ".class";
            String source = type.getResource("/" + name).toURI().toString();
            String home = source.substring(0, source.length() - name.length());
            return Path.of(URI.create(home.startsWith("jar:") ? home.substring(4, home.length() - 2) : home));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
