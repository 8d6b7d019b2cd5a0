package dev.latchkey.it.guard;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.stream.Collectors;

/** Who may know which library: only its adapter touches a technology. */
final class Technologies {

    private static final List<Technology> ALL = List.of(
            new Technology("gson", "com.google.gson", List.of("auth.json", "graph", "platform")),
            new Technology("java.net.http", "java.net.http", List.of("transport.jdk", "platform")),
            new Technology("httpclient5", "org.apache.hc", List.of("transport.apache")),
            new Technology("java.sql", "java.sql", List.of("store.jdbc")),
            // A name of JNDI's may be an LDAP address, and what it finds there a class.
            new Technology("javax.naming", "javax.naming", List.of("auth.atproto")),
            new Technology("javax.sql", "javax.sql", List.of("store.jdbc")),
            new Technology("jedis", "redis.clients", List.of("store.redis")),
            new Technology("nimbus", "com.nimbusds", List.of("auth.jose", "platform")),
            new Technology("dagger", "dagger", List.of("auth.dagger", "cli")),
            new Technology("javax.inject", "javax.inject", List.of("auth.dagger", "cli")),
            new Technology("picocli", "picocli", List.of("cli")),
            new Technology("junit", "org.junit", List.of("auth.testkit")),
            // The JDK's server is nobody's: tests alone have it.
            new Technology("httpserver", "com.sun.net.httpserver", List.of()));

    private Technologies() {}

    /** The packages of those technologies that somebody may use. */
    static List<String> packages() {
        return ALL.stream()
                .filter(technology -> !technology.adapters.isEmpty())
                .map(technology -> technology.packageName)
                .collect(Collectors.toList());
    }

    static List<Guard> guards(String root) {
        return ALL.stream().map(technology -> technology.guard(root)).collect(Collectors.toList());
    }

    /** A library by its package, and the packages below the root that may use it. */
    private static final class Technology {

        private final String name;
        private final String packageName;
        private final List<String> adapters;

        private Technology(String name, String packageName, List<String> adapters) {
            this.name = name;
            this.packageName = packageName;
            this.adapters = adapters;
        }

        private Guard guard(String root) {
            return new Guard(
                    name,
                    "only its adapter touches a technology",
                    type -> adapters.stream().noneMatch(adapter -> Guards.in(type, root + "." + adapter)),
                    type -> type.getDirectDependenciesFromSelf().stream()
                            .filter(dependency -> touches(dependency.getTargetClass()))
                            .map(Dependency::getDescription));
        }

        private boolean touches(JavaClass target) {
            return Guards.in(target.getBaseComponentType(), packageName);
        }
    }
}
