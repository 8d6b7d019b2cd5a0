package dev.latchkey.it.atproto.pds;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts the world when the first test asks for it; JUnit closes what its root store holds when the last one is done. */
final class PdsExtension implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(PdsExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == PdsWorld.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Running.class, key -> Running.start(), Running.class)
                .world;
    }

    private static final class Running implements AutoCloseable {

        private final Path folder;
        private final PdsWorld world;

        private Running(Path folder, PdsWorld world) {
            this.folder = folder;
            this.world = world;
        }

        private static Running start() {
            try {
                Path folder = Files.createTempDirectory("latchkey-pds");
                return new Running(folder, new PdsWorld(folder));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            world.close();
            try (Stream<Path> all = Files.walk(folder)) {
                List<Path> leavesFirst = all.sorted(Comparator.reverseOrder()).collect(Collectors.toList());
                for (Path each : leavesFirst) {
                    Files.delete(each);
                }
            }
        }
    }
}
