package dev.latchkey.it.guard;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.File;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The library's own classes on this class path, without any tests, and what its modules export. */
final class LibraryClasses {

    static final String ROOT = "dev.latchkey";

    private LibraryClasses() {}

    static JavaClasses load() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                // Gson's own classes in auth-core's jar, which keep Gson's habits.
                .withImportOption(location -> !location.contains("/dev/latchkey/auth/json/gson/"))
                // Applications, which do what they like.
                .withImportOption(location -> !location.contains("/dev/latchkey/examples/"))
                .importPackages(ROOT);
    }

    /** Reads the module descriptors; the Dagger module has none, because javax.inject has no module name. */
    static Set<String> exportedPackages() {
        Set<String> exported = new TreeSet<>(Set.of(ROOT + ".auth.dagger"));
        Path[] entries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.contains("latchkey") || entry.endsWith("classes"))
                .map(Path::of)
                .toArray(Path[]::new);
        ModuleFinder.of(entries).findAll().stream()
                .filter(module -> module.descriptor().name().startsWith(ROOT)
                        && !module.descriptor().isAutomatic())
                .flatMap(module -> module.descriptor().exports().stream())
                .filter(export -> !export.isQualified())
                .forEach(export -> exported.add(export.source()));
        return exported;
    }
}
