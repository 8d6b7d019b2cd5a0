package dev.latchkey.auth;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds every public type of auth-core and auth-spi, whether it lies in a directory or in a jar. */
final class PublicTypes {

    // Not exported by module-info.java.
    private static final Set<String> INTERNAL = Set.of(
            "dev.latchkey.auth.protocol",
            "dev.latchkey.auth.json",
            "dev.latchkey.auth.session",
            "dev.latchkey.auth.exchange");

    private PublicTypes() {}

    /** The types that an application sees. */
    static List<Class<?>> all() throws IOException, URISyntaxException {
        return allOf(false);
    }

    /** The same, and the public types of the packages that are not exported. */
    static List<Class<?>> withInternalOnes() throws IOException, URISyntaxException {
        return allOf(true);
    }

    private static List<Class<?>> allOf(boolean internal) throws IOException, URISyntaxException {
        List<Class<?>> types = new ArrayList<>();
        for (Class<?> anchor : List.of(OAuthClient.class, dev.latchkey.auth.spi.HttpTransport.class)) {
            for (String name : classNames(anchor)) {
                Class<?> type;
                try {
                    type = Class.forName(name, false, anchor.getClassLoader());
                } catch (ClassNotFoundException e) {
                    throw new AssertionError(name, e);
                }
                boolean open = true;
                for (Class<?> each = type; each != null; each = each.getDeclaringClass()) {
                    open &= Modifier.isPublic(each.getModifiers());
                }
                if (open
                        && (internal || !INTERNAL.contains(type.getPackageName()))
                        && anchor.getModule() == type.getModule()
                        && !type.getPackageName().startsWith("dev.latchkey.auth.testkit")) {
                    types.add(type);
                }
            }
        }
        return types;
    }

    private static List<String> classNames(Class<?> anchor) throws IOException, URISyntaxException {
        URI here = anchor.getProtectionDomain().getCodeSource().getLocation().toURI();
        Path root = Paths.get(here);
        if (Files.isDirectory(root)) {
            return classNamesBelow(root, anchor);
        }
        URI jar = URI.create("jar:" + here);
        try (FileSystem files = FileSystems.newFileSystem(jar, Map.of())) {
            return classNamesBelow(files.getPath("/"), anchor);
        } catch (FileSystemAlreadyExistsException e) {
            return classNamesBelow(FileSystems.getFileSystem(jar).getPath("/"), anchor);
        }
    }

    private static List<String> classNamesBelow(Path root, Class<?> anchor) throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("dev/latchkey/auth"))) {
            return files.map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .filter(name -> name.startsWith("dev.latchkey.auth.spi.")
                            == anchor.getPackageName().endsWith(".spi"))
                    .sorted()
                    .collect(Collectors.toList());
        }
    }
}
