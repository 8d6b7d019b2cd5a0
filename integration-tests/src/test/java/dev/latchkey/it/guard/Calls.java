package dev.latchkey.it.guard;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import java.time.Clock;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.stream.BaseStream;
import java.util.stream.Stream;

/** What main code never calls, neither directly nor through a method reference. */
final class Calls {

    private static final Set<String> WATCHDOG = Set.of("orTimeout", "completeOnTimeout", "delayedExecutor");
    private static final Set<String> LOOK_UP = Set.of(
            "forName", "getConstructor", "getDeclaredConstructor", "getMethod", "getDeclaredMethod", "newInstance");

    private Calls() {}

    static List<Guard> guards() {
        return List.of(
                guard("clock", "time comes in through a Clock", Calls::readsTheWallClock),
                guard(
                        "watchdog",
                        "the JDK's own watchdog thread pins the class loader of whoever called it first",
                        target -> target.getOwner().isAssignableTo(CompletionStage.class)
                                && WATCHDOG.contains(target.getName())),
                guard("common pool", "threads come in through an Executor", Calls::usesTheCommonPool),
                guard(
                        "ServiceLoader",
                        "the application says what it uses",
                        target -> target.getOwner().isEquivalentTo(ServiceLoader.class)),
                new Guard(
                        "logging",
                        "the library is silent; its drivers have System.Logger",
                        type -> true,
                        type -> knows(type, "java.util.logging")),
                new Guard(
                        "reflection",
                        "what the source does not name cannot be found in it",
                        type -> true,
                        type -> Stream.concat(
                                knows(type, "java.lang.reflect"),
                                calls(
                                        type,
                                        target -> target.getOwner().isEquivalentTo(Class.class)
                                                && LOOK_UP.contains(target.getName())))));
    }

    private static boolean readsTheWallClock(CodeUnitAccessTarget target) {
        JavaClass owner = target.getOwner();
        if (owner.isEquivalentTo(System.class)) {
            return target.getName().equals("currentTimeMillis");
        }
        if (Guards.in(owner, "java.time")) {
            return target.getName().equals("now")
                    && target.getRawParameterTypes().stream().noneMatch(type -> type.isEquivalentTo(Clock.class));
        }
        if (owner.getName().equals("java.util.Date")) {
            return target.getName().equals("<init>")
                    && target.getRawParameterTypes().isEmpty();
        }
        return owner.isAssignableTo("java.util.Calendar") && target.getName().equals("getInstance");
    }

    private static boolean usesTheCommonPool(CodeUnitAccessTarget target) {
        JavaClass owner = target.getOwner();
        if (owner.isAssignableTo(CompletionStage.class)) {
            return target.getName().endsWith("Async")
                    && target.getRawParameterTypes().stream().noneMatch(type -> type.isEquivalentTo(Executor.class));
        }
        if (owner.isAssignableTo(BaseStream.class)) {
            return target.getName().equals("parallel");
        }
        return target.getName().equals("commonPool") || target.getName().equals("parallelStream");
    }

    private static Guard guard(String name, String reason, Predicate<CodeUnitAccessTarget> forbidden) {
        return new Guard(name, reason, type -> true, type -> calls(type, forbidden));
    }

    private static Stream<String> calls(JavaClass type, Predicate<CodeUnitAccessTarget> forbidden) {
        return type.getCodeUnitAccessesFromSelf().stream()
                .filter(access -> forbidden.test(access.getTarget()))
                .map(JavaCodeUnitAccess::getDescription);
    }

    private static Stream<String> knows(JavaClass type, String packageName) {
        return type.getDirectDependenciesFromSelf().stream()
                .filter(dependency -> Guards.in(dependency.getTargetClass().getBaseComponentType(), packageName))
                .map(Dependency::getDescription);
    }
}
