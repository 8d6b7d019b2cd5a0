package dev.latchkey.it.guard;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import java.util.Set;
import java.util.stream.Stream;

/** Who may follow an address that a stranger gave: the transport alone, which knows what it connects to. */
final class Strangers {

    /** Addresses as values. {@code URI.toURL()} is none of it: what it returns opens connections. */
    private static final Set<String> VALUES = Set.of(
            "java.net.Inet4Address",
            "java.net.Inet6Address",
            "java.net.InetAddress",
            "java.net.InetSocketAddress",
            "java.net.URI",
            "java.net.URISyntaxException",
            "java.net.URLDecoder",
            "java.net.URLEncoder");

    /** What asks a name server, or the machine. */
    private static final Set<String> LOOK_UPS = Set.of(
            "getByName",
            "getAllByName",
            "getLocalHost",
            "getHostName",
            "getCanonicalHostName",
            "isReachable",
            "<init>");

    private Strangers() {}

    static Guard guard(String root) {
        return new Guard(
                "strangers",
                "an address of a stranger's is looked up and followed by the transport, which keeps the request's policy",
                type -> Guards.in(type, root + ".auth.atproto"),
                type -> Stream.concat(
                        type.getDirectDependenciesFromSelf().stream()
                                .filter(dependency ->
                                        reachesOut(dependency.getTargetClass().getBaseComponentType()))
                                .map(Dependency::getDescription),
                        type.getCodeUnitAccessesFromSelf().stream()
                                .filter(Strangers::looksUp)
                                .map(JavaCodeUnitAccess::getDescription)));
    }

    private static boolean reachesOut(JavaClass target) {
        return Stream.of("java.net", "javax.net", "java.nio.channels")
                        .anyMatch(packageName -> Guards.in(target, packageName))
                && !VALUES.contains(target.getName());
    }

    private static boolean looksUp(JavaCodeUnitAccess<?> access) {
        JavaClass owner = access.getTarget().getOwner();
        return (owner.isAssignableTo("java.net.InetAddress") || owner.isEquivalentTo(java.net.InetSocketAddress.class))
                && LOOK_UPS.contains(access.getTarget().getName());
    }
}
