package dev.latchkey.it.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.latchkey.it.okhttp.OkHttpTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The guards over the library itself. */
final class GuardsTest {

    private static final Set<String> EXPORTED = LibraryClasses.exportedPackages();
    private static final JavaClasses LIBRARY = LibraryClasses.load();

    static List<Guard> guards() {
        return Guards.under(LibraryClasses.ROOT, EXPORTED);
    }

    static List<String> technologies() {
        return Technologies.packages();
    }

    static List<String> packages() {
        return Layers.corePackages();
    }

    /** What a third party has to write, its anonymous classes included: issue 2 allows under 80 lines over auth-spi alone. */
    @Test
    void aTransportNeedsTheSpiAloneAndFewLines() throws IOException {
        JavaClasses room = new ClassFileImporter().importPackagesOf(OkHttpTransport.class);

        assertThat(room.stream()
                        .filter(type -> type.getName().matches(".*\\.OkHttpTransport(\\$.*)?"))
                        .flatMap(type -> type.getDirectDependenciesFromSelf().stream()))
                .extracting(dependency -> dependency.getTargetClass().getPackageName())
                .contains("dev.latchkey.auth.spi")
                .filteredOn(name -> name.startsWith(LibraryClasses.ROOT))
                .containsOnly("dev.latchkey.auth.spi", "dev.latchkey.auth.spi.exchange", "dev.latchkey.it.okhttp");
        assertThat(Files.readAllLines(Path.of("src/test/java/dev/latchkey/it/okhttp/OkHttpTransport.java")))
                .hasSizeLessThan(80);
    }

    @Test
    void readsTheModuleDescriptors() {
        assertThat(EXPORTED)
                .contains("dev.latchkey.auth.spi", "dev.latchkey.auth.token", "dev.latchkey.auth.testkit")
                .doesNotContain("dev.latchkey.auth.json", "dev.latchkey.auth.protocol", "dev.latchkey.auth.session");
    }

    @ParameterizedTest
    @MethodSource("guards")
    void holds(Guard guard) {
        guard.check(LIBRARY);
    }

    /** A rule about a library that is called otherwise passes too: so its adapter must be seen to use it. */
    @ParameterizedTest
    @MethodSource("technologies")
    void seesTheAdapterUseItsTechnology(String technology) {
        Set<String> used = LIBRARY.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass().getPackageName())
                .filter(name -> name.startsWith(technology))
                .collect(Collectors.toSet());

        assertThat(used).isNotEmpty();
    }

    /** A rule about a package that does not exist passes: so each must exist. */
    @ParameterizedTest
    @MethodSource("packages")
    @ValueSource(
            strings = {
                "auth.atproto",
                "auth.dagger",
                "auth.entra",
                "auth.jose",
                "auth.spi",
                "auth.testkit",
                "cli",
                "graph",
                "platform",
                "store.jdbc",
                "store.redis",
                "transport.apache",
                "transport.jdk"
            })
    void looksAtEveryPackage(String name) {
        Set<String> seen = LIBRARY.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());

        assertThat(seen).contains(LibraryClasses.ROOT + "." + name);
    }
}
