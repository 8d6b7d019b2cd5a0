package dev.latchkey.it.guard;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What main code never keeps: a secret that can be printed, and state that outlives its owner. */
final class Fields {

    private static final Pattern SECRET = Pattern.compile(
            "(?:.*[a-z0-9_])?(?i:secret|password|passphrase|token|verifier|assertion|code|credential)s?");

    /** Codes that are there to be shown: what kind of error it was, and what a user types on another device. */
    private static final Pattern PUBLIC_CODE = Pattern.compile("(?i)(?:error|status|exit|reason|user)_?codes?");

    /** An error's own code is plainly its name. */
    private static final Pattern ERROR = Pattern.compile(".*(?:Error|Exception)");

    private static final Set<String> TEXT =
            Set.of("java.lang.String", "java.lang.CharSequence", "java.lang.StringBuilder", "char[]", "byte[]");

    private static final Set<String> MUTABLE = Set.of(
            "java.lang.AbstractStringBuilder",
            "java.lang.ClassLoader",
            "java.lang.Thread",
            "java.lang.ThreadLocal",
            "java.text.Format",
            "java.util.Collection",
            "java.util.Date",
            "java.util.Map",
            "java.util.Random",
            "java.util.Timer");

    private Fields() {}

    static List<Guard> guards(String root) {
        return List.of(
                new Guard(
                        "secrets",
                        "a secret is a type whose toString hides it, never a String",
                        // The platform stands for the server, and its people and secrets are made up.
                        type -> !isSecretType(type) && !Guards.in(type, root + ".platform"),
                        type -> type.getFields().stream()
                                .filter(Fields::isBareSecret)
                                .map(field -> field.getDescription() + " keeps a secret as a "
                                        + field.getRawType().getSimpleName())),
                new Guard(
                        "statics",
                        "state belongs to an object that somebody closes",
                        type -> true,
                        type -> type.getFields().stream()
                                .filter(Fields::isMutableStatic)
                                .map(field -> field.getDescription() + " is static and mutable")));
    }

    /** A type whose only way out is {@code reveal()}. */
    private static boolean isSecretType(JavaClass type) {
        return Stream.concat(Stream.of(type), type.getAllRawSuperclasses().stream())
                .anyMatch(candidate -> candidate.getMethods().stream()
                        .anyMatch(method -> method.getName().equals("reveal")));
    }

    private static boolean isBareSecret(JavaField field) {
        boolean constant = field.getModifiers().contains(JavaModifier.STATIC)
                && field.getModifiers().contains(JavaModifier.FINAL);
        return !constant
                && TEXT.contains(
                        field.getRawType().getName().replace("[C", "char[]").replace("[B", "byte[]"))
                && SECRET.matcher(field.getName()).matches()
                && !PUBLIC_CODE.matcher(field.getName()).matches()
                && !(field.getName().equals("code")
                        && ERROR.matcher(Guard.outermost(field.getOwner()).getName())
                                .matches());
    }

    private static boolean isMutableStatic(JavaField field) {
        Set<JavaModifier> modifiers = field.getModifiers();
        if (!modifiers.contains(JavaModifier.STATIC) || modifiers.contains(JavaModifier.SYNTHETIC)) {
            return false;
        }
        if (field.getRawType().isArray()) {
            return !modifiers.contains(JavaModifier.FINAL) || !modifiers.contains(JavaModifier.PRIVATE);
        }
        return !modifiers.contains(JavaModifier.FINAL) || isMutable(field.getRawType());
    }

    private static boolean isMutable(JavaClass type) {
        if (Guards.in(type, "java.util.concurrent")) {
            // An updater has no state of its own: it reaches a field of the object that it is given.
            return !type.isEnum()
                    && !type.getName().startsWith("java.util.concurrent.Flow$")
                    && !type.getName().endsWith("FieldUpdater");
        }
        return !type.isInterface() && MUTABLE.stream().anyMatch(type::isAssignableTo);
    }
}
