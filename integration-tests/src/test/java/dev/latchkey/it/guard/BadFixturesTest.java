package dev.latchkey.it.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A guard that cannot fail is no guard. */
final class BadFixturesTest {

    private static final String ROOT = "dev.latchkey.it.badfixtures";
    private static final JavaClasses FIXTURES = new ClassFileImporter().importPackages(ROOT);

    static List<Guard> guards() {
        return Guards.under(ROOT, Set.of(ROOT + ".exported", ROOT + ".transport.apache"));
    }

    @ParameterizedTest
    @MethodSource("guards")
    void rejectsItsBadFixturesAndNothingElse(Guard guard) {
        Set<String> bad = FIXTURES.stream()
                .filter(type -> breaks(type).contains(guard.name()))
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(bad).as("fixtures that break %s", guard).isNotEmpty();
        assertThat(guard.rejected(FIXTURES)).isEqualTo(bad);
    }

    @Test
    void everyFixtureNamesAGuardThatExists() {
        Set<String> names = guards().stream().map(Guard::name).collect(Collectors.toSet());

        assertThat(FIXTURES).allSatisfy(type -> assertThat(names).containsAll(breaks(type)));
    }

    private static List<String> breaks(JavaClass type) {
        return type.isAnnotatedWith(Breaks.class)
                ? List.of(type.getAnnotationOfType(Breaks.class).value())
                : List.of();
    }
}
