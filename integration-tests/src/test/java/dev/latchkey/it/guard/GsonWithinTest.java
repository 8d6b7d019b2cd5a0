package dev.latchkey.it.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.spi.HttpTransport;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The packaged core needs no Gson beside it (docs/decisions/0013). In an unpackaged build there is no jar to look at. */
class GsonWithinTest {

    private static final String JSON = "dev.latchkey.auth.json.Json";

    private final Path core = locationOf(OAuthClient.class);
    private final Path spi = locationOf(HttpTransport.class);

    @Test
    void readsJsonOnAClassPathWithoutGson() throws Exception {
        assumeThat(core).as("a jar, as mvn verify makes it").matches(Files::isRegularFile);
        try (URLClassLoader alone = new URLClassLoader(
                new URL[] {core.toUri().toURL(), spi.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(() -> alone.loadClass("com.google.gson.stream.JsonReader"))
                    .isInstanceOf(ClassNotFoundException.class);
            Object read = alone.loadClass(JSON)
                    .getMethod("object", String.class)
                    .invoke(null, "{\"access_token\": [1, true, null]}");
            assertThat(read).hasToString("{access_token=[1, true, null]}");
        }
    }

    @Test
    void readsJsonAsAModuleWithoutGson() throws Exception {
        assumeThat(core).as("a jar, as mvn verify makes it").matches(Files::isRegularFile);
        ModuleFinder finder = ModuleFinder.of(core, spi);
        ModuleLayer boot = ModuleLayer.boot();
        Configuration resolved = boot.configuration().resolve(finder, ModuleFinder.of(), Set.of("dev.latchkey.auth"));
        assertThat(resolved.findModule("dev.latchkey.auth")
                        .orElseThrow()
                        .reference()
                        .descriptor()
                        .requires())
                .extracting(Requires::name)
                .containsExactlyInAnyOrder("java.base", "dev.latchkey.auth.spi", "org.jspecify");
        Module auth = ModuleLayer.defineModulesWithOneLoader(resolved, List.of(boot), null)
                .layer()
                .findModule("dev.latchkey.auth")
                .orElseThrow();
        assertThat(auth.getPackages()).contains("dev.latchkey.auth.json.gson.stream");
        assertThat(auth.isExported("dev.latchkey.auth.json.gson.stream")).isFalse();
        assertThat(auth.isExported("dev.latchkey.auth")).isTrue();
        assertThat(Class.forName(auth, JSON).getModule()).isSameAs(auth);
    }

    @Test
    void thePublishedPomNamesNoGson() throws Exception {
        assumeThat(core).as("a jar, as mvn verify makes it").matches(Files::isRegularFile);
        Path pom = core.resolveSibling("../dependency-reduced-pom.xml");
        String dependencies = Files.readString(pom).replaceAll("(?s)<build>.*</build>", "");
        assertThat(dependencies)
                .contains("<artifactId>latchkey-auth-spi</artifactId>")
                .doesNotContain("gson");
    }

    private static Path locationOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
