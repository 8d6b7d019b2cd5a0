package dev.latchkey.it.guard;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.properties.HasAnnotations;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What an application can see: exported signatures mention the JDK, JSpecify and exported types, nothing else. */
final class Signatures {

    private static final List<String> EVERYWHERE =
            List.of("java", "javax.crypto", "javax.net", "javax.security", "org.jspecify.annotations");

    /** An adapter is built around an object of its technology, so its doors mention that. */
    private static final Map<String, List<String>> AT_ADAPTERS = Map.of(
            "transport.apache", List.of("org.apache.hc"),
            "store.jdbc", List.of("javax.sql"),
            "store.redis", List.of("redis.clients.jedis"),
            "auth.testkit", List.of("org.junit.jupiter.api"),
            "auth.dagger", List.of("dagger", "javax.inject"),
            // Graph's bodies are JSON that the application reads: its module requires Gson transitively.
            "graph", List.of("com.google.gson"));

    private Signatures() {}

    static Guard guard(String root, Set<String> exported) {
        return new Guard(
                "exported signatures",
                "what an application compiles against must be visible to it",
                type -> isExported(type, exported)
                        || type.getAllSubclasses().stream()
                                .anyMatch(subclass -> isExported(subclass, exported) && isShared(subclass, type)),
                type -> mentioned(type)
                        .map(JavaClass::getBaseComponentType)
                        .filter(target -> !target.isPrimitive() && !mayMention(type, target, root, exported))
                        .map(target -> "mentions " + target.getName() + ", which an application cannot see"));
    }

    private static boolean isExported(JavaClass type, Set<String> exported) {
        return exported.contains(type.getPackageName()) && isPublic(type);
    }

    private static boolean isPublic(JavaClass type) {
        return isVisible(type.getModifiers())
                && type.getEnclosingClass().map(Signatures::isPublic).orElse(true);
    }

    /** A superclass of the same package may be hidden: what an application sees of it, it sees in the subclass. */
    private static boolean isShared(JavaClass type, JavaClass target) {
        return type.getPackageName().equals(target.getPackageName())
                && type.getAllRawSuperclasses().contains(target);
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static boolean mayMention(JavaClass type, JavaClass target, String root, Set<String> exported) {
        if (Guards.in(target, root)) {
            return isExported(target, exported) || isShared(type, target);
        }
        return Stream.concat(
                        EVERYWHERE.stream(),
                        AT_ADAPTERS.entrySet().stream()
                                .filter(adapter -> Guards.in(type, root + "." + adapter.getKey()))
                                .flatMap(adapter -> adapter.getValue().stream()))
                .anyMatch(packageName -> Guards.in(target, packageName));
    }

    private static Stream<JavaClass> mentioned(JavaClass type) {
        return Stream.of(
                        type.getSuperclass().stream().flatMap(Signatures::involved),
                        type.getInterfaces().stream().flatMap(Signatures::involved),
                        type.getTypeParameters().stream().flatMap(Signatures::involved),
                        annotations(type),
                        type.getMembers().stream()
                                .filter(member -> isVisible(member.getModifiers())
                                        && !member.getModifiers().contains(JavaModifier.SYNTHETIC))
                                .flatMap(Signatures::mentioned))
                .flatMap(stream -> stream);
    }

    private static Stream<JavaClass> mentioned(JavaMember member) {
        Stream<JavaClass> thrown =
                member instanceof JavaCodeUnit ? ((JavaCodeUnit) member).getExceptionTypes().stream() : Stream.empty();
        return Stream.of(member.getAllInvolvedRawTypes().stream(), thrown, annotations(member))
                .flatMap(stream -> stream);
    }

    private static Stream<JavaClass> annotations(HasAnnotations<?> annotated) {
        return annotated.getAnnotations().stream().map(annotation -> annotation.getRawType());
    }

    private static Stream<JavaClass> involved(JavaType type) {
        return type.getAllInvolvedRawTypes().stream();
    }
}
