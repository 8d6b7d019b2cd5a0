package dev.latchkey.it.guard;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which package may know which: the layers of auth-core, no cycles anywhere, and values that do no I/O. */
final class Layers {

    /** Inner to outer. The packages of one layer may know each other, as long as they form no cycle. */
    private static final List<List<String>> CORE = List.of(
            List.of(
                    "auth.token",
                    "auth.grant",
                    "auth.credential",
                    "auth.identity",
                    "auth.metadata",
                    "auth.server",
                    "auth.authorize",
                    "auth.error"),
            List.of("auth.store"),
            List.of("auth.protocol"),
            List.of("auth.json"),
            List.of("auth.exchange"),
            List.of("auth.session"),
            List.of("auth.http"),
            List.of("auth.registration"),
            List.of("auth.interactive"),
            List.of("auth"));

    /** Modules of their own, below the same prefix. */
    private static final List<String> OTHER_MODULES =
            List.of("auth.spi", "auth.testkit", "auth.jose", "auth.entra", "auth.atproto", "auth.dagger");

    /** Types of the I/O packages that do no I/O: what a port throws, and how text becomes bytes. */
    private static final Set<String> HARMLESS = Set.of(
            "java.io.IOException",
            "java.io.Serializable",
            "java.net.URI",
            "java.net.URISyntaxException",
            "java.net.URLDecoder",
            "java.net.URLEncoder");

    private Layers() {}

    static List<String> corePackages() {
        return CORE.stream().flatMap(List::stream).collect(Collectors.toList());
    }

    static List<Guard> guards(String root) {
        Map<JavaPackage, Set<String>> reachable = new HashMap<>();
        return List.of(
                new Guard(
                        "layers",
                        "an inner layer of auth-core never imports an outer one",
                        type -> belongsToCore(type, root),
                        type -> imports(type, root)),
                new Guard(
                        "values without I/O",
                        "values are pure: the one method that does I/O is elsewhere",
                        type -> layer(type, root) == 0,
                        Layers::inputAndOutput),
                new Guard(
                        "cycles",
                        "packages that know each other are one package",
                        type -> Guards.in(type, root),
                        type -> cycles(type, root, reachable)));
    }

    private static boolean belongsToCore(JavaClass type, String root) {
        return Guards.in(type, root + ".auth")
                && OTHER_MODULES.stream().noneMatch(module -> Guards.in(type, root + "." + module));
    }

    /** The index of the class's layer, or -1 if it has none. */
    private static int layer(JavaClass type, String root) {
        for (int i = 0; i < CORE.size(); i++) {
            for (String name : CORE.get(i)) {
                if (type.getPackageName().equals(root + "." + name)) {
                    return i;
                }
            }
        }
        return -1;
    }

    private static Stream<String> imports(JavaClass type, String root) {
        int own = layer(type, root);
        if (own < 0) {
            return Stream.of("its package is in no layer: give it a place in Layers");
        }
        return type.getDirectDependenciesFromSelf().stream()
                .filter(dependency -> layer(dependency.getTargetClass().getBaseComponentType(), root) > own)
                .map(Dependency::getDescription);
    }

    private static Stream<String> inputAndOutput(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                .filter(dependency ->
                        doesInputOrOutput(dependency.getTargetClass().getBaseComponentType()))
                .map(Dependency::getDescription);
    }

    private static boolean doesInputOrOutput(JavaClass target) {
        boolean suspect = Stream.of("java.io", "java.nio", "java.net", "javax.net")
                .anyMatch(packageName -> Guards.in(target, packageName));
        return suspect && !Guards.in(target, "java.nio.charset") && !HARMLESS.contains(target.getName());
    }

    private static Stream<String> cycles(JavaClass type, String root, Map<JavaPackage, Set<String>> reachable) {
        String own = type.getPackageName();
        return type.getDirectDependenciesFromSelf().stream()
                .filter(dependency -> {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    return Guards.in(target, root)
                            && !target.getPackageName().equals(own)
                            && reachable
                                    .computeIfAbsent(target.getPackage(), Layers::reachable)
                                    .contains(own);
                })
                .map(dependency -> "closes a cycle of packages: " + dependency.getDescription());
    }

    private static Set<String> reachable(JavaPackage start) {
        Set<String> seen = new HashSet<>();
        Deque<JavaPackage> next = new ArrayDeque<>(List.of(start));
        while (!next.isEmpty()) {
            for (JavaPackage target : next.remove().getPackageDependenciesFromThisPackage()) {
                if (seen.add(target.getName())) {
                    next.add(target);
                }
            }
        }
        return seen;
    }
}
